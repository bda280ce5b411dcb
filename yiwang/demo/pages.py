"""The page of the demo city's life: a switch, how fast, and what it does. For administrators."""

from __future__ import annotations

from datetime import timedelta

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from yiwang.base.access import require
from yiwang.base.access.request import ViewerRequest
from yiwang.demo import switch
from yiwang.kernel.clock import now

HEARD_WITHIN = timedelta(seconds=45)


@never_cache
@require_safe
def demo_page(request: ViewerRequest) -> HttpResponse:
    """The switch as it stands, and whether the simulator is heard of."""
    require(request.viewer, switch.MAY_SWITCH, department_path="", area_path="")
    live, beat = switch.live(), switch.beat()
    context = {
        "is_ready": switch.is_ready(),
        "live": live,
        "beat": beat,
        "is_heard": beat.at is not None and now() - beat.at < HEARD_WITHIN,
        "speeds": [
            {"code": one.code, "title": one.title.render(gettext), "an_hour": round(one.reports_an_hour)}
            for one in switch.SPEEDS.values()
        ],
    }
    return render(request, "demo/live.html", context)


@require_POST
def set_live(request: ViewerRequest) -> HttpResponse:
    """Turn it on or off, or change the speed."""
    is_on = request.POST.get("is_on") == "1"
    switch.set_live(is_on=is_on, speed=request.POST.get("speed", ""), by=request.viewer)
    messages.success(request, gettext("The city lives.") if is_on else gettext("The city rests."))
    return redirect("demo")


urlpatterns = [path("demo/", demo_page, name="demo"), path("demo/live", set_live, name="demo_live")]
