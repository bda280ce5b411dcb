"""The matters themselves, drawn into the street; each takes the scene and whether it has been put right."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import cos, pi, sin

from yiwang.demo.photos.street import DRAWN, FRONT_Y, KERB_Y, Colour, Scene
from yiwang.demo.photos.things import bag, bicycle, bin_, car, cone, crate, lamp_post, tape

Draw = Callable[[Scene, bool], None]


def rubbish(scene: Scene, is_after: bool) -> None:
    """A heap beside two bins; afterwards only the bins."""
    rnd, x = scene.rnd, scene.rnd.randint(420, 860)
    spots = [(rnd.gauss(0, 120), rnd.uniform(-34, 30), rnd.uniform(0.7, 1.25)) for _n in range(26)]
    for n in range(2):
        bin_(scene, x - 210 + n * 92, FRONT_Y - 4, is_open=not is_after)
    if is_after:
        return
    scene.shade((x - 250, FRONT_Y - 12, x + 280, FRONT_Y + 44), 120)
    for dx, dy, size in sorted(spots, key=lambda spot: spot[1]):
        (bag if rnd.random() < 0.7 else crate)(scene, x + dx, FRONT_Y + 18 + dy, size)


def pothole(scene: Scene, is_after: bool) -> None:
    """A hole in the road with broken edges; afterwards a dark fresh patch."""
    draw, rnd = scene.draw, scene.rnd
    x, y, wide = rnd.randint(460, 860), rnd.randint(860, 900), rnd.randint(150, 230)
    edge = [(rnd.uniform(0.82, 1.12), n) for n in range(18)]
    if is_after:
        draw.polygon([(x - wide, y - 46), (x + wide + 20, y - 46), (x + wide + 46, y + 58), (x - wide - 30, y + 58)],
                     fill=scene.tone((52, 53, 56)))  # fmt: skip
        return
    for shrink, colour in ((1.0, (132, 128, 122)), (0.88, (74, 70, 66)), (0.7, (46, 43, 41))):
        draw.polygon([_around(x, y, wide * part * shrink, n, 18) for part, n in edge], fill=scene.tone(colour))
    if scene.is_rainy:
        draw.ellipse((x - wide * 0.5, y - 14, x + wide * 0.5, y + 26), fill=(150, 166, 178, 160))
    for _n in range(26):
        px, py = x + rnd.gauss(0, wide * 0.8), y + rnd.gauss(0, 36)
        draw.ellipse((px, py, px + 14, py + 9), fill=scene.tone((128, 124, 118)))
    cone(scene, x + wide + 60, y + 40, 1.0)


def manhole(scene: Scene, is_after: bool) -> None:
    """A cover that has slid aside; afterwards it lies flush."""
    draw, x, y = scene.draw, scene.rnd.randint(560, 820), 890
    draw.ellipse((x - 120, y - 46, x + 120, y + 46), fill=scene.tone((126, 124, 120)))
    draw.ellipse((x - 104, y - 38, x + 104, y + 38), fill=scene.tone((24, 22, 22)))
    dx, dy = (0, 0) if is_after else (78, 30)
    draw.ellipse((x - 104 + dx, y - 34 + dy, x + 104 + dx, y + 44 + dy), fill=scene.tone((52, 50, 48)))
    draw.ellipse((x - 104 + dx, y - 40 + dy, x + 104 + dx, y + 36 + dy), fill=scene.tone((98, 94, 90)))
    for n in range(-3, 4):
        draw.line((x - 70 + dx, y + n * 9 + dy, x + 70 + dx, y + n * 9 + dy), fill=scene.tone((74, 71, 68)), width=4)
    if not is_after:
        cone(scene, x - 190, y + 34, 1.1)


def lamp(scene: Scene, is_after: bool) -> None:
    """A row of street lamps at night, the near one dark; afterwards it shines."""
    for n, x in enumerate((180, 720, 1260)):
        lamp_post(scene, x, KERB_Y + 50, is_lit=n != 1 or is_after)


def flood(scene: Scene, is_after: bool) -> None:
    """Water from kerb to kerb with a car in it; afterwards a wet road."""
    draw, rnd = scene.draw, scene.rnd
    if is_after:
        for _n in range(14):
            x, y = rnd.randint(0, DRAWN[0]), rnd.randint(800, 1040)
            draw.ellipse((x, y, x + 180, y + 20), fill=(*scene.tone((150, 160, 168)), 90))
        return
    car(scene, rnd.randint(380, 760), 930, 1.0, rnd.choice(((180, 60, 54), (70, 96, 140), (214, 214, 210))))
    draw.rectangle((0, FRONT_Y - 10, DRAWN[0], DRAWN[1]), fill=(*scene.tone((138, 132, 112)), 178))
    for _n in range(90):
        x, y, long = rnd.randint(-60, DRAWN[0]), rnd.randint(FRONT_Y, DRAWN[1]), rnd.randint(50, 210)
        draw.arc((x, y, x + long, y + long * 0.16), 190, 350, fill=(*scene.tone((206, 204, 190)), 130), width=3)
    for _n in range(12):
        x, y = rnd.randint(0, DRAWN[0]), rnd.randint(FRONT_Y + 20, DRAWN[1] - 30)
        draw.ellipse((x, y, x + 26, y + 9), fill=scene.tone((96, 106, 70)))


def leak(scene: Scene, is_after: bool) -> None:
    """Water welling up through the pavement; afterwards new slabs."""
    draw, rnd, x = scene.draw, scene.rnd, scene.rnd.randint(520, 860)
    if is_after:
        draw.polygon([(x - 110, 716), (x + 130, 716), (x + 110, 762), (x - 140, 762)], fill=scene.tone((206, 201, 192)))
        return
    run = [(x - 60, 744), (x + 60, 744), (x + 240, 900), (x + 420, DRAWN[1]), (x - 120, DRAWN[1]), (x - 60, 880)]
    draw.polygon(run, fill=(*scene.tone((168, 184, 190)), 150))
    for n in range(60):
        height = rnd.uniform(10, 120) * (1 - abs(n - 30) / 40)
        px = x + rnd.gauss(0, 30)
        draw.line((px, 744, px + rnd.gauss(0, 14), 744 - height), fill=(226, 238, 244, 150), width=4)
    tape(scene, x - 170, x + 210, 790)


def fallen_tree(scene: Scene, is_after: bool) -> None:
    """A tree across the road; afterwards a stump and a swept road."""
    draw, rnd = scene.draw, scene.rnd
    x = rnd.randint(300, 460)
    draw.ellipse((x - 26, 726, x + 30, 752), fill=scene.tone((150, 118, 84)))
    if is_after:
        return
    scene.shade((x, 880, x + 760, 960), 130)
    draw.polygon([(x - 6, 726), (x + 26, 722), (x + 560, 892), (x + 548, 920)], fill=scene.tone((106, 84, 62)))
    for _n in range(70):
        px, py = x + rnd.gauss(590, 120), rnd.gauss(892, 50)
        radius = rnd.uniform(18, 46)
        green = rnd.choice(((92, 134, 74), (108, 150, 84), (78, 118, 66)))
        draw.ellipse((px - radius, py - radius * 0.6, px + radius, py + radius * 0.6), fill=(*scene.tone(green), 240))
    cone(scene, x + 180, 990, 1.2)


def parking(scene: Scene, is_after: bool) -> None:
    """Cars on the pavement and before the gate; afterwards it is free."""
    colours: tuple[Colour, ...] = ((222, 222, 220), (52, 58, 66), (146, 42, 40), (74, 100, 138), (196, 188, 170))
    x = scene.rnd.randint(20, 160)
    for n in range(4):
        colour = scene.rnd.choice(colours)
        if not is_after:
            car(scene, x + n * 345, 812, 0.95, colour)


def bikes(scene: Scene, is_after: bool) -> None:
    """Shared bicycles in a heap; afterwards in a row."""
    rnd, x = scene.rnd, scene.rnd.randint(260, 420)
    for n in range(11):
        if is_after:
            bicycle(scene, x + n * 62, 770, 0.8, lean=0.0)
        else:
            bicycle(scene, x + rnd.gauss(300, 190), 790 + rnd.uniform(-26, 40), 1.0, lean=rnd.uniform(-0.5, 0.5))


def stall(scene: Scene, is_after: bool) -> None:
    """A vendor's stall with an umbrella on the pavement; afterwards nothing."""
    draw, x = scene.draw, scene.rnd.randint(420, 760)
    if is_after:
        return
    for n, hue in enumerate(((196, 60, 52), (56, 112, 160))):
        left = x + n * 330
        scene.shade((left - 130, 800, left + 150, 832), 110)
        draw.rectangle((left - 4, 560, left + 4, 800), fill=scene.tone((120, 120, 122)))
        draw.pieslice((left - 170, 500, left + 170, 680), 180, 360, fill=scene.tone(hue))
        draw.rectangle((left - 130, 716, left + 130, 738), fill=scene.tone((206, 196, 176)))
        draw.rectangle((left - 120, 738, left + 120, 806), fill=scene.tone((96, 120, 150), 0.9))
        for m in range(9):
            cx = left - 108 + m * 27
            fruit = scene.rnd.choice(((224, 120, 50), (196, 52, 48), (120, 160, 70), (232, 196, 80)))
            draw.ellipse((cx - 14, 694, cx + 14, 720), fill=scene.tone(fruit))
    for m in range(5):
        crate(scene, x + 120 + m * 60, 836, 0.9)


def advert(scene: Scene, is_after: bool) -> None:
    """A wall and a box covered with slips of paper; afterwards clean."""
    draw, rnd, x = scene.draw, scene.rnd, scene.rnd.randint(420, 720)
    draw.rectangle((x, 520, x + 270, 770), fill=scene.tone((122, 140, 132)))
    draw.rectangle((x, 520, x + 270, 534), fill=scene.tone((98, 114, 108)))
    draw.line((x + 135, 534, x + 135, 770), fill=scene.tone((98, 114, 108)), width=5)
    for _n in range(0 if is_after else 38):
        px, py = rnd.randint(x - 6, x + 224), rnd.randint(530, 716)
        paper = rnd.choice(((246, 240, 220), (250, 222, 120), (244, 190, 190), (226, 240, 250)))
        draw.polygon([(px, py), (px + 50, py + 6), (px + 46, py + 48), (px - 4, py + 42)], fill=scene.tone(paper))
        for m in range(3):
            draw.line((px + 6, py + 14 + m * 9, px + 38, py + 17 + m * 9), fill=scene.tone((120, 60, 56)), width=3)


def site(scene: Scene, is_after: bool) -> None:
    """A heap of rubble before a hoarding, with dust; afterwards covered by a green net."""
    draw, rnd = scene.draw, scene.rnd
    draw.rectangle((0, 470, DRAWN[0], 742), fill=scene.tone((74, 124, 166)))
    for x in range(0, DRAWN[0], 150):
        draw.line((x, 470, x, 742), fill=scene.tone((56, 98, 136)), width=5)
    draw.rectangle((0, 470, DRAWN[0], 486), fill=scene.tone((224, 226, 226)))
    x = rnd.randint(420, 720)
    heap = [(x - 330, 852), (x - 200, 716), (x - 60, 640), (x + 90, 612), (x + 210, 690), (x + 380, 856)]
    scene.shade((x - 360, 830, x + 420, 890), 120)
    draw.polygon(heap, fill=scene.tone((74, 128, 82) if is_after else (150, 132, 110)))
    if is_after:
        for n in range(-8, 10):
            draw.line((x + n * 42, 630, x + n * 42 - 60, 850), fill=(*scene.tone((52, 100, 62)), 120), width=3)
        return
    for _n in range(120):
        px, py = x + rnd.gauss(20, 160), rnd.uniform(650, 860)
        grey = rnd.randint(110, 190)
        draw.rectangle(
            (px, py, px + rnd.randint(8, 34), py + rnd.randint(6, 20)), fill=scene.tone((grey, grey - 12, grey - 26))
        )
    for _n in range(24):
        px, py, radius = x + rnd.gauss(160, 200), rnd.gauss(600, 60), rnd.uniform(40, 110)
        draw.ellipse((px - radius, py - radius / 2, px + radius, py + radius / 2), fill=(206, 190, 164, 26))


def smoke(scene: Scene, is_after: bool) -> None:
    """A pipe on the wall that blows fumes over the street; afterwards it stands still."""
    draw, rnd, x = scene.draw, scene.rnd, scene.rnd.randint(480, 820)
    draw.rectangle((x, 420, x + 54, 640), fill=scene.tone((176, 180, 184)))
    draw.rectangle((x - 40, 404, x + 60, 452), fill=scene.tone((150, 154, 158)))
    for n in range(0 if is_after else 70):
        far = n / 70
        px, py, radius = x - 50 - far * 420 + rnd.gauss(0, 26), 424 - far * 230 + rnd.gauss(0, 30), 26 + far * 90
        draw.ellipse((px - radius, py - radius, px + radius, py + radius), fill=(84, 82, 80, 34))


def river(scene: Scene, is_after: bool) -> None:
    """A canal instead of the road, with rubbish on dark water; afterwards clear."""
    draw, rnd = scene.draw, scene.rnd
    water = (92, 132, 138) if is_after else (72, 78, 58)
    draw.rectangle((0, FRONT_Y + 12, DRAWN[0], DRAWN[1]), fill=scene.tone(water))
    draw.rectangle((0, FRONT_Y + 8, DRAWN[0], FRONT_Y + 60), fill=scene.tone((142, 138, 130)))
    for x in range(0, DRAWN[0], 120):
        draw.rectangle((x, KERB_Y - 40, x + 12, FRONT_Y + 8), fill=scene.tone((196, 194, 188)))
    draw.rectangle((0, KERB_Y - 40, DRAWN[0], KERB_Y - 26), fill=scene.tone((196, 194, 188)))
    for _n in range(110):
        x, y, long = rnd.randint(-60, DRAWN[0]), rnd.randint(FRONT_Y + 76, DRAWN[1]), rnd.randint(40, 190)
        draw.arc((x, y, x + long, y + long * 0.12), 190, 350, fill=(*scene.tone((190, 206, 204)), 90), width=3)
    for _n in range(0 if is_after else 46):
        px, py = rnd.gauss(720, 240), rnd.uniform(FRONT_Y + 90, DRAWN[1] - 20)
        colour = rnd.choice(((232, 232, 226), (210, 70, 60), (98, 120, 64), (120, 104, 84), (86, 140, 190)))
        draw.ellipse((px, py, px + rnd.randint(14, 52), py + rnd.randint(8, 22)), fill=scene.tone(colour))


def railing(scene: Scene, is_after: bool) -> None:
    """A railing of the road, some panels of it lying flat; afterwards it stands."""
    draw, x0 = scene.draw, scene.rnd.randint(420, 620)
    white = scene.tone((236, 236, 232))
    for n in range(9):
        left = n * 165
        if not is_after and x0 <= left < x0 + 400:
            draw.polygon([(left, 900), (left + 150, 912), (left + 190, 976), (left + 30, 968)], outline=white, width=8)
            for m in range(1, 6):
                draw.line((left + m * 26, 902 + m, left + 30 + m * 27, 968 + m), fill=white, width=5)
            continue
        draw.rectangle((left, 800, left + 10, 906), fill=white)
        for y in (808, 884):
            draw.rectangle((left, y, left + 165, y + 8), fill=white)
        for m in range(1, 6):
            draw.rectangle((left + m * 27, 812, left + m * 27 + 5, 888), fill=white)


def _around(x: float, y: float, wide: float, n: int, of: int) -> tuple[float, float]:
    return x + wide * cos(2 * pi * n / of), y + wide * 0.34 * sin(2 * pi * n / of)


MATTERS: Mapping[str, Draw] = {
    "rubbish": rubbish,
    "pothole": pothole,
    "manhole": manhole,
    "lamp": lamp,
    "flood": flood,
    "leak": leak,
    "tree": fallen_tree,
    "parking": parking,
    "bikes": bikes,
    "stall": stall,
    "advert": advert,
    "site": site,
    "smoke": smoke,
    "river": river,
    "railing": railing,
}
