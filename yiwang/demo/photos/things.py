"""Single things of the street: bins, bags, cars, bicycles, lamps, cones."""

from __future__ import annotations

from yiwang.demo.photos.street import Colour, Scene


def bag(scene: Scene, x: float, y: float, size: float) -> None:
    """A tied bag of rubbish."""
    colour = scene.rnd.choice(
        ((38, 40, 44), (52, 56, 62), (92, 116, 88), (206, 200, 188), (156, 60, 54), (70, 104, 146))
    )
    wide, high = 54 * size, 58 * size
    scene.draw.ellipse((x - wide, y - high, x + wide, y + 12 * size), fill=scene.tone(colour))
    scene.draw.ellipse((x - wide * 0.7, y - high * 0.92, x - wide * 0.1, y - high * 0.4), fill=(255, 255, 255, 26))
    scene.draw.polygon([(x - 8, y - high + 6), (x - 16, y - high - 16), (x + 14, y - high - 14), (x + 8, y - high + 6)],
                       fill=scene.tone(colour, 0.85))  # fmt: skip


def crate(scene: Scene, x: float, y: float, size: float) -> None:
    """A cardboard or foam box."""
    colour = scene.rnd.choice(((188, 152, 106), (172, 136, 92), (226, 228, 226)))
    wide, high = 46 * size, 52 * size
    left, right, top, low = x - wide, x + wide, y - high, y + 8
    lid = [(left, top), (left + 18, top - 16), (right + 18, top - 16), (right, top)]
    side = [(right, top), (right + 18, top - 16), (right + 18, low - 16), (right, low)]
    scene.draw.rectangle((left, top, right, low), fill=scene.tone(colour))
    scene.draw.polygon(lid, fill=scene.tone(colour, 1.1))
    scene.draw.polygon(side, fill=scene.tone(colour, 0.8))


def bin_(scene: Scene, x: float, y: float, *, is_open: bool) -> None:
    """A wheeled bin."""
    green = scene.rnd.choice(((52, 110, 78), (58, 96, 150), (120, 124, 128)))
    scene.shade((x - 46, y - 8, x + 50, y + 12), 110)
    scene.draw.polygon([(x - 42, y - 120), (x + 42, y - 120), (x + 34, y), (x - 34, y)], fill=scene.tone(green))
    lid = (x - 48, y - 152, x + 30, y - 136) if is_open else (x - 48, y - 134, x + 48, y - 118)
    scene.draw.rectangle(lid, fill=scene.tone(green, 0.8))
    for dx in (-28, 28):
        scene.draw.ellipse((x + dx - 9, y - 9, x + dx + 9, y + 9), fill=scene.tone((40, 40, 42)))


def car(scene: Scene, x: float, y: float, size: float, colour: Colour) -> None:
    """A car from the side, its number plate blank."""
    draw, paint = scene.draw, scene.tone(colour)
    scene.shade((x - 10, y - 14, x + 330 * size, y + 22), 140)
    body = [(0, -30), (4, -74), (52, -86), (96, -138), (222, -138), (272, -86), (318, -72), (322, -30)]
    draw.polygon([(x + a * size, y + b * size) for a, b in body], fill=paint)
    glass = scene.tone((112, 138, 152))
    for pane in ([(64, -88), (102, -128), (152, -128), (152, -88)], [(162, -88), (162, -128), (214, -128), (254, -88)]):
        draw.polygon([(x + a * size, y + b * size) for a, b in pane], fill=glass)
    draw.line((x + 4 * size, y - 52 * size, x + 320 * size, y - 52 * size), fill=scene.tone(colour, 0.86), width=4)
    for cx in (66, 256):
        radius = 33 * size
        px, py = x + cx * size, y - 26 * size
        draw.ellipse((px - radius, py - radius, px + radius, py + radius), fill=scene.tone((30, 31, 33)))
        draw.ellipse(
            (px - radius / 2, py - radius / 2, px + radius / 2, py + radius / 2), fill=scene.tone((158, 160, 164))
        )
    draw.rectangle(
        (x + 300 * size, y - 70 * size, x + 322 * size, y - 58 * size), fill=scene.tone((244, 230, 170), 1.1)
    )


def bicycle(scene: Scene, x: float, y: float, size: float, *, lean: float) -> None:
    """A shared bicycle, leaning by `lean` radians or so."""
    draw = scene.draw
    colour = scene.tone(scene.rnd.choice(((238, 196, 40), (70, 160, 210), (96, 190, 120))))
    tilt = lean * 60

    def at(a: float, b: float) -> tuple[float, float]:
        return x + a * size + b * lean * 0.9, y + b * size * (1 - abs(lean) * 0.5) + a * lean * 0.25

    for cx in (-52, 52):
        px, py = at(cx, -34)
        draw.ellipse(
            (px - 33 * size, py - 33 * size, px + 33 * size, py + 33 * size), outline=scene.tone((42, 42, 44)), width=6
        )
    frame = [at(-52, -34), at(-14, -90), at(40, -92), at(52, -34), at(0, -36), at(-14, -90)]
    draw.line(frame, fill=colour, width=8)
    draw.line([at(40, -92), at(36 + tilt * 0.1, -118), at(58, -120)], fill=scene.tone((60, 60, 62)), width=6)
    draw.line([at(-14, -90), at(-18, -106)], fill=scene.tone((60, 60, 62)), width=6)
    px, py = at(-20, -110)
    draw.ellipse((px - 18, py - 7, px + 18, py + 5), fill=scene.tone((48, 48, 50)))


def lamp_post(scene: Scene, x: float, foot: float, *, is_lit: bool) -> None:
    """A street lamp with its cone of light."""
    draw = scene.draw
    grey = scene.tone((150, 156, 164))
    draw.rectangle((x - 7, 180, x + 7, foot), fill=grey)
    draw.line((x, 186, x + 110, 160), fill=grey, width=10)
    draw.rounded_rectangle(
        (x + 90, 150, x + 160, 172), 8, fill=(255, 240, 196) if is_lit else scene.tone((96, 98, 104))
    )
    if not is_lit:
        return
    for n in range(9):
        spread = 40 + n * 26
        cone_ = [
            (x + 100, 172),
            (x + 150, 172),
            (x + 125 + spread * 1.5, foot + 150),
            (x + 125 - spread * 1.5, foot + 150),
        ]
        draw.polygon(cone_, fill=(255, 226, 160, 9))
    for n in range(8):
        radius = 22 + n * 16
        draw.ellipse((x + 125 - radius, 160 - radius, x + 125 + radius, 160 + radius), fill=(255, 232, 176, 16))


def cone(scene: Scene, x: float, y: float, size: float) -> None:
    """A traffic cone."""
    draw, red = scene.draw, scene.tone((226, 92, 44))
    scene.shade((x - 34 * size, y - 6, x + 40 * size, y + 10), 110)
    draw.rectangle((x - 34 * size, y - 10 * size, x + 34 * size, y), fill=red)
    for colour, (low, wide), (high, narrow) in (
        (red, (8, 24), (96, 7)),
        (scene.tone((244, 242, 236)), (40, 18), (64, 13)),
    ):
        corners = ((-wide, -low), (-narrow, -high), (narrow, -high), (wide, -low))
        draw.polygon([(x + a * size, y + b * size) for a, b in corners], fill=colour)


def tape(scene: Scene, left: float, right: float, y: float) -> None:
    """A strip of barrier tape between two cones."""
    for n in range(int((right - left) // 40)):
        colour = (232, 196, 56) if n % 2 else (40, 40, 42)
        x = left + n * 40
        scene.draw.polygon([(x, y - 66), (x + 40, y - 66), (x + 32, y - 50), (x - 8, y - 50)], fill=scene.tone(colour))
    for x in (left, right):
        cone(scene, x, y + 14, 1.0)
