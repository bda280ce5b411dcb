"""`yiwang place …`: grids and districts."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, get_args

import typer
from django.utils.translation import gettext as _

from yiwang.kernel.coordinates import System
from yiwang.kernel.errors import Invalid
from yiwang.kernel.text import N_
from yiwang.web.cli.showing import table, tell

app = typer.Typer(help=_("Places: grids and districts."), no_args_is_help=True)


@app.callback()
def place() -> None:
    """Commands about places."""


@app.command(help=_("Draw districts from labelled points, for a city without polygons; written as GeoJSON."))
def derive(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help=_("CSV, XLSX or JSON lines"))],
    label: Annotated[str, typer.Option(help=_("column with the district's name"))],
    lon: Annotated[str, typer.Option(help=_("column with the longitude"))],
    lat: Annotated[str, typer.Option(help=_("column with the latitude"))],
    out: Annotated[Path, typer.Option("--out", "-o", help=_("the GeoJSON file to write"))],
    coordinates: Annotated[str, typer.Option(help=_("wgs84, gcj02 or bd09"))] = "wgs84",
    margin_m: Annotated[float, typer.Option(help=_("metres the districts reach beyond the outermost points"))] = 300,
    simplify_m: Annotated[float, typer.Option(help=_("metres of detail to smooth away at borders"))] = 40,
    title_zh: Annotated[str, typer.Option(help=_("Chinese title, such as 第{label}选区"))] = "{label}",
    title_en: Annotated[str, typer.Option(help=_("English title, such as District {label}"))] = "{label}",
    held_out: Annotated[bool, typer.Option(help=_("also judge each point by districts drawn without it"))] = True,
) -> None:
    """Read the points, draw the districts, write them and tell how good they are."""
    from yiwang.engines.place.deriving import derive_districts, geojson_text, held_out_share, read_points

    system = next((known for known in get_args(System) if known == coordinates), None)
    if system is None:
        known = ", ".join(get_args(System))
        told = N_("There is no coordinate system %(name)s; there are %(known)s.")
        raise Invalid(told, name=coordinates, known=known)
    points = read_points(file, label=label, lon=lon, lat=lat, coordinates=system)
    made = derive_districts(points.lons, points.lats, points.labels, margin_m=margin_m, simplify_m=simplify_m)
    out.write_text(geojson_text(made, titles={"zh-Hans": title_zh, "en": title_en}), encoding="utf-8")
    reasons = {
        "unlabelled": _("without a label"),
        "nowhere": _("without a place on earth"),
        "placeholder": _("at a placeholder"),
        "outlier": _("far outside"),
        "stray": _("alone among others"),
    }
    left_out = [(reasons[reason], n) for reason, n in made.dropped.items() if n]
    table([_("rows"), _("number")], [(_("in the file"), made.n_given), (_("unreadable"), points.n_bad), *left_out])
    tell(_("%(n)s districts from %(used)s spots.") % {"n": len(made.districts), "used": made.n_used})
    tell(_("%(share).1f %% of the points lie in the district of their label.") % {"share": made.share_own * 100})
    if held_out:
        share = held_out_share(points.lons, points.lats, points.labels, margin_m=margin_m, simplify_m=simplify_m)
        tell(_("%(share).1f %% do so in districts drawn without them.") % {"share": share * 100})
