"""The street behind every matter: sky, houses with windows, trees, pavement and road in one-point perspective."""

from __future__ import annotations

import random
from dataclasses import dataclass, field

from PIL import Image, ImageDraw

DRAWN = (1440, 1080)
SHOWN = (960, 720)
Colour = tuple[int, int, int]
HORIZON, KERB_Y, FRONT_Y = 520, 700, 770
WALLS: tuple[Colour, ...] = (
    *((214, 196, 172), (196, 203, 206), (222, 212, 200), (187, 170, 150), (203, 188, 184)),
    *((176, 190, 197), (226, 221, 210), (168, 150, 140), (209, 205, 190)),
)
SIGNS: tuple[Colour, ...] = ((180, 62, 52), (44, 92, 140), (38, 118, 92), (206, 142, 46), (96, 74, 132), (70, 80, 92))


@dataclass
class Scene:
    """The picture under way."""

    image: Image.Image
    rnd: random.Random
    is_night: bool = False
    is_rainy: bool = False
    draw: ImageDraw.ImageDraw = field(init=False)

    def __post_init__(self) -> None:
        self.draw = ImageDraw.Draw(self.image, "RGBA")

    def tone(self, colour: Colour, by: float = 1.0) -> Colour:
        """A colour in the light of the day, of rain or of the night, times `by`."""
        light = (0.30, 0.34, 0.46) if self.is_night else (0.80, 0.84, 0.88) if self.is_rainy else (1.0, 0.99, 0.96)
        red, green, blue = (max(0, min(255, round(c * part * by))) for c, part in zip(colour, light, strict=True))
        return red, green, blue

    def shade(self, box: tuple[float, float, float, float], strength: int = 70) -> None:
        """A soft shadow on the ground under something."""
        x0, y0, x1, y1 = box
        for n in range(5):
            grow = n * (x1 - x0) * 0.03
            part = (x0 - grow, y0 - grow * 0.25, x1 + grow, y1 + grow * 0.25)
            self.draw.ellipse(part, fill=(10, 14, 20, strength // 5))


def draw_street(scene: Scene) -> None:
    """Everything but the matter."""
    _sky(scene)
    _skyline(scene)
    _houses(scene)
    _pavement(scene)
    _road(scene)
    _trees(scene)
    if scene.is_rainy:
        _rain(scene)


def gradient(image: Image.Image, box: tuple[int, int, int, int], top: Colour, bottom: Colour) -> None:
    """Fill a box from one colour to another, downwards."""
    column = Image.new("RGB", (1, 64))
    for y in range(64):
        part = y / 63
        column.putpixel((0, y), tuple(round(a + (b - a) * part) for a, b in zip(top, bottom, strict=True)))
    image.paste(column.resize((box[2] - box[0], box[3] - box[1]), Image.Resampling.BILINEAR), box[:2])


def _sky(scene: Scene) -> None:
    if scene.is_night:
        tops: tuple[Colour, Colour] = ((16, 22, 40), (48, 54, 78))
    elif scene.is_rainy:
        tops = ((128, 140, 152), (178, 186, 192))
    else:
        tops = scene.rnd.choice((((112, 164, 214), (214, 230, 240)), ((150, 180, 206), (226, 228, 222))))
    gradient(scene.image, (0, 0, DRAWN[0], HORIZON + 40), *tops)


def _skyline(scene: Scene) -> None:
    x = -40
    while x < DRAWN[0]:
        width, height = scene.rnd.randint(60, 150), scene.rnd.randint(90, 330)
        pale = (74, 80, 100) if scene.is_night else (168, 182, 194)
        scene.draw.rectangle((x, HORIZON - height, x + width, HORIZON + 60), fill=(*pale, 150))
        x += width + scene.rnd.randint(-12, 26)


def _houses(scene: Scene) -> None:
    scene.draw.rectangle((0, HORIZON, DRAWN[0], KERB_Y), fill=scene.tone((112, 118, 120)))
    x = scene.rnd.randint(-160, -20)
    while x < DRAWN[0]:
        width = scene.rnd.randint(240, 420)
        _house(scene, x, width, scene.rnd.randint(120, 330))
        x += width + scene.rnd.choice((0, 0, 0, 34))


def _house(scene: Scene, x: int, width: int, top: int) -> None:
    draw, rnd = scene.draw, scene.rnd
    wall = rnd.choice(WALLS)
    draw.rectangle((x, top, x + width, KERB_Y), fill=scene.tone(wall))
    draw.rectangle((x, top, x + width, top + 14), fill=scene.tone(wall, 0.82))
    draw.rectangle((x + width - 10, top, x + width, KERB_Y), fill=scene.tone(wall, 0.88))
    columns, pitch = max(3, width // 76), 78
    glass = scene.tone((118, 146, 166))
    for row_y in range(top + 40, KERB_Y - 190, pitch):
        for n in range(columns):
            left = x + 18 + n * (width - 30) // columns
            is_lit = scene.is_night and rnd.random() < 0.35
            fill = (236, 202, 132) if is_lit else glass
            draw.rectangle((left - 3, row_y - 3, left + 41, row_y + 49), fill=scene.tone(wall, 0.9))
            draw.rectangle((left, row_y, left + 38, row_y + 46), fill=fill)
            draw.line((left + 19, row_y, left + 19, row_y + 46), fill=scene.tone((226, 228, 228)), width=3)
            if rnd.random() < 0.3:
                draw.rectangle((left + 4, row_y + 52, left + 34, row_y + 66), fill=scene.tone((232, 232, 228), 0.95))
    _shop(scene, x, width)


def _shop(scene: Scene, x: int, width: int) -> None:
    draw, rnd = scene.draw, scene.rnd
    sign = rnd.choice(SIGNS)
    top = KERB_Y - 176
    draw.rectangle((x + 8, top, x + width - 12, top + 42), fill=scene.tone(sign, 1.25 if scene.is_night else 1.0))
    for n in range(rnd.randint(3, 6)):
        left = x + 34 + n * 40
        if left + 30 < x + width - 16:
            draw.rounded_rectangle((left, top + 10, left + 26, top + 32), 5, fill=scene.tone((244, 238, 222), 1.1))
    n_doors = max(1, width // 130)
    for n in range(n_doors):
        left = x + 16 + n * (width - 28) // n_doors
        right = left + (width - 28) // n_doors - 12
        inside = (232, 206, 150) if scene.is_night and rnd.random() < 0.5 else scene.tone((92, 108, 118))
        draw.rectangle((left, top + 48, right, KERB_Y), fill=inside)
        draw.rectangle((left, top + 48, right, KERB_Y), outline=scene.tone((214, 214, 210)), width=5)
        draw.line(
            ((left + right) // 2, top + 48, (left + right) // 2, KERB_Y), fill=scene.tone((214, 214, 210)), width=4
        )


def _pavement(scene: Scene) -> None:
    stone = scene.tone((188, 182, 172))
    scene.draw.rectangle((0, KERB_Y, DRAWN[0], FRONT_Y), fill=stone)
    for n in range(-14, 40):
        x = n * 60
        scene.draw.line((x + 60, KERB_Y, x, FRONT_Y), fill=scene.tone((164, 158, 148)), width=2)
    for y in (KERB_Y + 16, KERB_Y + 38):
        scene.draw.line((0, y, DRAWN[0], y), fill=scene.tone((164, 158, 148)), width=2)
    scene.draw.rectangle((0, KERB_Y + 24, DRAWN[0], KERB_Y + 34), fill=scene.tone((206, 174, 92)))  # the blind's path
    scene.draw.rectangle((0, FRONT_Y - 6, DRAWN[0], FRONT_Y + 12), fill=scene.tone((206, 203, 196)))


def _road(scene: Scene) -> None:
    wet = 0.82 if scene.is_rainy else 1.0
    top, bottom = scene.tone((112, 113, 115), wet), scene.tone((88, 89, 92), wet)
    gradient(scene.image, (0, FRONT_Y + 12, DRAWN[0], DRAWN[1]), top, bottom)
    scene.draw = ImageDraw.Draw(scene.image, "RGBA")
    for _n in range(420):
        x, y = scene.rnd.randint(0, DRAWN[0]), scene.rnd.randint(FRONT_Y + 16, DRAWN[1])
        grey = scene.rnd.choice((60, 130))
        scene.draw.ellipse((x, y, x + 4, y + 2), fill=(grey, grey, grey, 60))
    for n in range(-1, 6):
        x = n * 330 + 60
        mark = [(x, 952), (x + 190, 952), (x + 176, 974), (x - 22, 974)]
        scene.draw.polygon(mark, fill=(*scene.tone((232, 230, 220)), 210))


def _trees(scene: Scene) -> None:
    x = scene.rnd.randint(40, 240)
    while x < DRAWN[0]:
        tree(scene, x, KERB_Y + 44, scene.rnd.uniform(0.75, 1.05))
        x += scene.rnd.randint(380, 640)


def tree(scene: Scene, x: float, foot: float, size: float) -> None:
    """A street tree."""
    draw, rnd = scene.draw, scene.rnd
    scene.shade((x - 70 * size, foot - 8, x + 90 * size, foot + 12), 90)
    draw.polygon(
        [
            (x - 12 * size, foot),
            (x - 7 * size, foot - 210 * size),
            (x + 7 * size, foot - 210 * size),
            (x + 12 * size, foot),
        ],
        fill=scene.tone((104, 84, 64)),
    )
    for _n in range(30):
        dx, dy = rnd.gauss(0, 62) * size, rnd.gauss(0, 46) * size
        radius = rnd.uniform(26, 54) * size
        green = rnd.choice(((92, 134, 74), (108, 150, 84), (78, 118, 66), (122, 160, 92)))
        cx, cy = x + dx, foot - 262 * size + dy
        draw.ellipse((cx - radius, cy - radius, cx + radius, cy + radius * 0.86), fill=(*scene.tone(green), 235))


def _rain(scene: Scene) -> None:
    for _n in range(320):
        x, y, long = scene.rnd.randint(0, DRAWN[0]), scene.rnd.randint(0, DRAWN[1]), scene.rnd.randint(18, 44)
        scene.draw.line((x, y, x - long * 0.2, y + long), fill=(226, 234, 240, 70), width=2)
    for _n in range(40):
        x, y = scene.rnd.randint(0, DRAWN[0]), scene.rnd.randint(FRONT_Y + 40, DRAWN[1])
        width = scene.rnd.randint(60, 220)
        scene.draw.ellipse((x, y, x + width, y + width * 0.14), fill=(190, 204, 214, 46))
