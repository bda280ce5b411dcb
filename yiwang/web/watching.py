"""`/metrics` for Prometheus: requests and their times by page, and how far outbox, jobs, audit and lake lag behind.

Needs the permission `platform.watch` for the whole installation, by `Authorization: Bearer` of a service's token.
Each web process counts in a file of its own below `YIWANG_HOME/metrics`; whichever is asked adds them up
(prometheus_client's multiprocess mode, which must be chosen before that library is loaded). Page names are labels,
never addresses: those hold numbers and codes.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from yiwang.base.access import register_permission, require
from yiwang.base.access.request import ViewerRequest
from yiwang.base.audit.queries import unsealed
from yiwang.base.jobs.queries import job_backlog, waiting_jobs
from yiwang.base.messages.queries import backlog
from yiwang.engines.data.queries import exports
from yiwang.kernel.clock import now
from yiwang.kernel.text import N_

FOLDER = Path(os.environ.setdefault("PROMETHEUS_MULTIPROC_DIR", str(Path(settings.HOME) / "metrics")))
FOLDER.mkdir(parents=True, exist_ok=True)

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Histogram, generate_latest  # noqa: E402
from prometheus_client.core import GaugeMetricFamily  # noqa: E402
from prometheus_client.multiprocess import MultiProcessCollector  # noqa: E402
from prometheus_client.registry import Collector  # noqa: E402

WATCH = register_permission("platform.watch", N_("Watch how the platform runs")).code
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
REQUESTS = Histogram(
    "yiwang_request_seconds", "Time to answer a request", ["page", "method", "status"], buckets=BUCKETS, registry=None
)
LEFT_FOR_S = 7 * 86_400


class TimingMiddleware:
    """Counts every request with the time it took, under the name of its page."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        forget_ended_processes(FOLDER)

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Go on, then count."""
        began = time.perf_counter()
        response = self.get_response(request)
        match = getattr(request, "resolver_match", None)
        page = (match.view_name if match else "") or "none"
        method = request.method if request.method in METHODS else "other"
        REQUESTS.labels(page, method, str(response.status_code)).observe(time.perf_counter() - began)
        return response


class Backlogs(Collector):
    """What waits, asked of the database when somebody looks."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Gauges of outbox, jobs, audit and lake; ages in seconds."""
        pending = GaugeMetricFamily("yiwang_outbox_pending", "Messages not delivered yet", labels=["subscriber"])
        oldest = GaugeMetricFamily("yiwang_outbox_oldest_seconds", "Age of the oldest of them", labels=["subscriber"])
        for one in backlog():
            pending.add_metric([one.subscriber], one.n_pending)
            oldest.add_metric([one.subscriber], (now() - one.oldest_at).total_seconds())
        yield from (pending, oldest)
        jobs = GaugeMetricFamily("yiwang_jobs", "Jobs that wait, run or have failed for good", labels=["state"])
        for state, (n, _since) in job_backlog().items():
            jobs.add_metric([state], n)
        yield jobs
        for name, told, (n, since) in (
            ("yiwang_jobs_due", "Jobs whose time has come", waiting_jobs()),
            ("yiwang_audit_unsealed", "Audit entries not sealed yet", unsealed()),
        ):
            yield GaugeMetricFamily(name, told, n)
            age_s = (now() - since).total_seconds() if since else 0.0
            yield GaugeMetricFamily(f"{name}_oldest_seconds", "Age of the oldest of them", age_s)
        lag = GaugeMetricFamily("yiwang_lake_lag_seconds", "How far a published dataset is behind", labels=["dataset"])
        for export in exports():
            if export.lag_s is not None:
                lag.add_metric([export.dataset], export.lag_s)
        yield lag


@never_cache
@require_safe
def metrics_page(request: ViewerRequest) -> HttpResponse:
    """All figures in Prometheus' text format."""
    require(request.viewer, WATCH, department_path="", area_path="")
    registry = CollectorRegistry()
    MultiProcessCollector(registry, path=str(FOLDER))  # type: ignore[no-untyped-call]
    registry.register(Backlogs())
    return HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


def forget_ended_processes(folder: Path) -> int:
    """Remove the counts of processes that ended more than a week ago; returns how many files."""
    n = 0
    for file in folder.glob("*_*.db"):
        pid = file.stem.rpartition("_")[2]
        with suppress(FileNotFoundError):
            is_old = now().timestamp() - file.stat().st_mtime > LEFT_FOR_S
            if is_old and pid.isdecimal() and not Path(f"/proc/{pid}").exists():
                file.unlink()
                n += 1
    return n


urlpatterns = [path("metrics", metrics_page, name="metrics")]
