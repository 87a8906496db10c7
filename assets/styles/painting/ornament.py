# SPDX-License-Identifier: MIT
"""Styles of flat pattern: marbling, ukiyoe_waves, art_nouveau, batik."""
import numpy as np
from scipy.spatial import cKDTree

from .core import (SIZE, blur, fractal, grid, mix, noise, palette, paper, ramp, relief, rgb, saturate,
                   smoothstep, warp)
from .shapes import around, below, blob, disc, lay, line, outline, polygon, ribbon, spline


def marbling(rng):
    """Drops of colour on water, combed and turned (maps of Lu, Jaffer et al.,
    "Mathematical marbling", 2012), followed backwards from every pixel."""
    px, py = (m.copy() for m in grid())
    steps = []
    colours = palette("#0f2f5c #f4e6c8 #c8282f #1f7f8a #f2b53a #132040 #e86a3a #f8f2e2 #5a2a6a #2f9a7a")
    for k in range(150):
        steps.append(("drop", rng.uniform(-0.05, 1.05), rng.uniform(-0.05, 1.05), rng.uniform(0.025, 0.105),
                      rng.integers(len(colours))))
    for k in range(9):
        steps.append(("comb", 0.0, (k + 0.5) / 9, 0.16 * (-1) ** k, 0.030))
    for k in range(15):
        steps.append(("comb", np.pi / 2, (k + 0.5) / 15, 0.075, 0.014))
    for cx, cy, s in ((.27, .30, 1), (.72, .25, -1), (.50, .64, 1), (.18, .80, -1), (.83, .77, 1)):
        steps.append(("swirl", cx, cy, 1.9 * s, 0.115))
    for k in range(34):
        r = rng.uniform(0.006, 0.026)
        steps.append(("drop", rng.uniform(0, 1), rng.uniform(0, 1), r, rng.integers(len(colours))))
    owner = np.full(px.shape, -1)
    rim = np.zeros(px.shape, np.float32)
    for step in reversed(steps):
        if step[0] == "drop":
            _, cx, cy, r, colour = step
            dx, dy = px - cx, py - cy
            d2 = dx * dx + dy * dy
            hit = (owner < 0) & (d2 < r * r)
            owner[hit] = colour
            rim[hit] = (d2[hit] / (r * r)) ** 2
            out = owner < 0
            k = np.sqrt(np.maximum(1 - r * r / np.maximum(d2, 1e-9), 0))
            px, py = np.where(out, cx + dx * k, px), np.where(out, cy + dy * k, py)
        elif step[0] == "comb":
            _, t, at, push, reach = step
            nx, ny = -np.sin(t), np.cos(t)
            away = np.abs(px * nx + py * ny - at * (nx + ny))
            move = push * np.exp(-away / reach)
            px, py = px - move * np.cos(t), py - move * np.sin(t)
        else:
            _, cx, cy, push, reach = step
            dx, dy = px - cx, py - cy
            turn = -push * np.exp(-np.hypot(dx, dy) / reach)
            c, s = np.cos(turn), np.sin(turn)
            px, py = cx + dx * c - dy * s, cy + dx * s + dy * c
    ground = owner < 0
    image = colours[np.where(ground, 5, owner)]
    veins = fractal(rng, 0.05, 4)
    image = image * (0.80 + 0.22 * rim + 0.28 * (warp(veins, 0.3 * (px - 0.5),
                                                      0.3 * (py - 0.5)) - 0.3))[..., None]
    for _ in range(420):
        image = mix(image, rgb(rng.choice(["#f8ecd0", "#f2b53a", "#132040"])),
                    disc(*rng.random(2), 0.0012 + 0.0035 * rng.random() ** 3))
    return saturate(image, 1.1) * paper(rng, 0.09)[..., None]


def ukiyoe_waves(rng):
    """Great waves clawing at the sky round a far snow-capped mountain, as a colour woodblock print."""
    x, y = grid()
    image = ramp(y * 1.5 + 0.03 * (fractal(rng, 0.2) - 0.5), "#5f7f96 #b8bfae #e6d8b4 #f0dfba #ecd6ac")
    line_colour = rgb("#16243f")
    ink = np.zeros_like(x)

    def block(mask, colour, keyline=5.0):
        nonlocal ink
        colour = rgb(colour) if isinstance(colour, str) else colour
        lay(image, colour, mask)
        ink = ink * (1 - mask)
        if keyline:
            ink = np.maximum(ink, outline(mask, keyline))

    block(disc(.73, .20, .095), ramp(smoothstep(.1, .3, y), "#d8402a #e86a3f #f0a070"), 0)
    for cx, cy, w in ((.62, .30, .26), (.86, .26, .22), (.74, .335, .2), (.92, .36, .16)):
        bar = np.maximum(disc(cx, cy, w / 2, .012), disc(cx + w * .25, cy + .016, w / 3, .010))
        block(bar, "#f3e6c6", 0)
    fuji = spline([(.50, .60), (.60, .545), (.665, .475), (.70, .435), (.735, .437), (.77, .475),
                   (.84, .55), (.95, .60)])
    fuji = polygon(np.concatenate([fuji, [(.95, .66), (.5, .66)]]))
    block(fuji, ramp((y - .43) * 5.5, "#35567f #4f749a #8fa8b4 #c8cfc0"))
    snow_edge = .50 + .018 * np.abs(((x * 28) % 2) - 1) + .010 * np.sin(x * 70)
    block(fuji * (y < snow_edge), "#f9f3e2", 3.0)

    deep = "#0f2a56 #1c4a86 #2f72aa #7fb0c4"

    def foam(path, size, reach, inward):
        """Claws of foam along a crest: discs crowding out from the path, hooks at the tips."""
        mask = np.zeros_like(x)
        tangent = np.gradient(path, axis=0)
        normal = np.stack([tangent[:, 1], -tangent[:, 0]], 1)
        normal /= np.linalg.norm(normal, axis=1, keepdims=True) + 1e-9
        for k in range(0, len(path), 2):
            for _ in range(2):
                p = path[k] + normal[k] * rng.uniform(-reach, reach * 0.3) * inward
                mask = np.maximum(mask, disc(p[0], p[1], size * rng.uniform(0.55, 1.1)))
            if k % 4 == 0:
                t = np.linspace(0, 1, 12)[:, None]
                heading = tangent[k] / (np.linalg.norm(tangent[k]) + 1e-9)
                length = size * rng.uniform(2.2, 3.6)
                claw = (path[k] - normal[k] * inward * length * t + heading * length * 0.7 * t ** 2
                        + np.array([0, 0.35 * length]) * t ** 2)
                mask = np.maximum(mask, ribbon(claw, np.linspace(size * 1.1, size * 0.15, 12)))
                for s in (-1, 1):
                    twig = (claw[6] + (claw[-1] - claw[6]) * t * 0.8
                            + s * normal[k][::-1] * length * 0.25 * t)
                    mask = np.maximum(mask, ribbon(twig, np.linspace(size * 0.7, size * 0.1, 12)))
        return mask

    def wave(back, front, crest, stripes, size):
        """back: outline down the outer side; front: hollow face; crest: where the foam hangs."""
        body = polygon(np.concatenate([back, front[::-1]]))
        block(body, "#153a70", 6.0)
        t = np.linspace(0, 1, stripes + 2)[1:-1]
        n = min(len(back), len(front))
        bi, fi = (np.linspace(0, len(c) - 1, n).astype(int) for c in (back, front))
        for k, s in enumerate(t):
            flow = back[bi] * (1 - s) + front[fi] * s
            band = ribbon(flow, (0.55 + 0.45 * np.sin(np.linspace(0.2, 3.0, n))) * size
                          * (1.5 if k % 2 else 0.9)) * body
            block(band, ("#8fbfcf", "#3f82b4", "#f1ead4", "#2a639c")[k % 4], 0)
            ink[:] = np.maximum(ink, outline(band, 2.4) * body * 0.8)
        f = foam(crest, size, size * 2.0, 1.0)
        block(f, "#f8f2e0", 4.0)
        inner = warp(f, np.full_like(x, 0.006), np.full_like(x, 0.008)) * f
        image[:] = mix(image, rgb("#b8d0d4"), f * (1 - inner) * 0.9)
        vein = f * smoothstep(0.62, 0.68, noise(rng, 0.014))
        image[:] = mix(image, rgb("#a8c4cc"), vein)

    for k, (level, amp) in enumerate(((.60, .012), (.635, .018))):
        sx = np.linspace(-.05, 1.05, 300)
        sy = level + amp * np.sin(sx * 20 + k * 2) + amp * .5 * np.sin(sx * 47 + k)
        sea = below(sx, sy)
        block(sea, ramp(np.clip((y - level) * 5, 0,
                                1) + 0.22 * (np.sin((y - np.interp(x[0], sx, sy)[None]) * 260) > 0.3),
                                "#2a639c #5f9cc0 #1c4a86"), 4.0)

    back = spline([(-.1, .30), (.02, .16), (.16, .06), (.32, .045), (.46, .11), (.555, .22), (.575, .31)],
                  24)
    front = spline([(-.1, 1.1), (.25, .93), (.35, .74), (.33, .55), (.355, .40), (.44, .31), (.575, .31)],
                   24)
    crest = spline([(.06, .12), (.18, .055), (.32, .045), (.45, .105), (.54, .20), (.575, .31), (.53, .36),
                    (.47, .34)], 13)
    wave(back, front, crest, 9, .021)
    back = spline([(1.12, .60), (1.02, .55), (.93, .56), (.84, .62), (.77, .705)], 24)
    front = spline([(1.12, 1.1), (1.0, .98), (.91, .86), (.86, .76), (.77, .705)], 24)
    wave(back, front, spline([(1.06, .56), (.95, .555), (.86, .60), (.78, .69), (.79, .73), (.83, .73)],
                             11), 6, .015)
    bx, by, lean = .53, .735, .16
    t = np.linspace(-1, 1, 40)
    keel = np.stack([bx + t * .17, by + t * .17 * lean - .055 * np.abs(t) ** 2.6 + .02], 1)
    deck = np.stack([bx + t * .17, by + t * .17 * lean - .055 * np.abs(t) ** 2.2 - .012], 1)
    block(polygon(np.concatenate([keel, deck[::-1]])), ramp(0.5 + 0.5 * np.sin(x * 60), "#c89a58 #e8c888"))
    for k in range(5):
        hx = bx - .09 + k * .042
        hy = by + (hx - bx) * lean - .018
        block(disc(hx, hy, .018, .020), "#2f5a8a", 3)
        block(disc(hx + .004, hy - .022, .0105), "#f0c8a0", 3)
    sx = np.linspace(-.05, 1.05, 300)
    sy = .86 + .07 * np.cos(sx * 6.2 + .6) + .012 * np.sin(sx * 31)
    near = below(sx, sy)
    depth = np.clip(y - np.interp(x[0], sx, sy)[None], 0, 1)
    lines = ((depth ** .8) * 26 + 0.5 * np.sin(x * 14)) % 1
    block(near, ramp(np.where(lines < .32, 0.9, np.where(lines < .55, 0.45, 0.05)) + 0 * x, deep), 6.0)
    ink = np.maximum(ink, near * np.clip(1 - np.abs(lines - .32) * 22, 0, 1) * 0.8)
    top = np.stack([sx[20:250:3], sy[20:250:3]], 1)
    f = foam(top, .013, .02, -0.6) * (x < 0.86)
    block(f, "#f8f2e0", 4.0)
    image = mix(image, rgb("#b8d0d4"), f * smoothstep(0.60, 0.66, noise(rng, 0.012)))
    for _ in range(210):
        t = rng.beta(2, 2)
        sxp, syp = .30 + .42 * t + rng.normal(0, .07), .14 + .30 * t + rng.normal(0, .085)
        spot = disc(sxp, syp, rng.uniform(.0018, .0062))
        lay(image, rgb("#faf5e6"), spot)
        ink = np.maximum(ink * (1 - spot), outline(spot, 2) * .5)
    image = mix(image, line_colour, np.clip(ink, 0, 1))
    ring = fractal(rng, 0.06, 3, stretch=(5, 0.35)) * 16 + y * 6
    grain = 0.5 + 0.5 * np.sin(ring * 2 * np.pi)
    image = image * (0.93 + 0.09 * grain)[..., None]
    baren = fractal(rng, 0.008, 3)
    seal = polygon([(.905, .045), (.955, .045), (.955, .125), (.905, .125)])
    image = mix(image, rgb("#c8302a"), seal)
    for k in range(4):
        image = mix(image, rgb("#f3e6c6"),
                    line([(.915 + .01 * (k % 2), .06 + k * .016), (.945, .058 + k * .017)], .005) * seal)
    image = mix(image, rgb("#f0dfba"), 0.22 * smoothstep(0.55, 0.8, baren))
    return saturate(image, 1.12) * paper(rng, 0.09)[..., None]


def _spiral(cx, cy, r, turns, start, flip):
    t = np.linspace(0, 1, 90)
    a = start + flip * 2 * np.pi * turns * t
    k = r * (1 - t) ** 0.8
    return np.stack([cx + k * np.cos(a), cy + k * np.sin(a)], 1)


def art_nouveau(rng):
    """A tree of spirals in gold leaf over a jewelled meadow."""
    x, y = grid()
    leaf = fractal(rng, 0.09, 5)
    squares = np.floor(x * 9 + 0.02 * leaf) * 13.7 + np.floor(y * 9) * 7.3
    sheet = (np.sin(squares * 12.9) * 43758.5) % 1
    gold = ramp(leaf * 1.3 - 0.15 + 0.25 * (sheet - 0.5), "#7a4a12 #b57a1f #dba738 #f2cf6a #fbeaa8")
    gold *= relief(fractal(rng, 0.014, 3) * 3, 1.0)[..., None] ** 0.6
    image = gold
    flecks = smoothstep(0.80, 0.9, noise(rng, 0.006)) * smoothstep(0.35, 0.6, noise(rng, 0.12))
    image = mix(image, rgb("#fff4c0"), flecks * 0.7)

    def put(mask, colour):
        lay(image, rgb(colour) if isinstance(colour, str) else colour, mask)

    for _ in range(420):
        cx, cy, s = rng.uniform(0, 1), rng.uniform(0, .72), rng.uniform(.004, .010)
        put(polygon([(cx - s, cy - s), (cx + s, cy - s), (cx + s, cy + s),
                     (cx - s, cy + s)]) if rng.random() < .35 else disc(cx, cy, s),
            rng.choice(["#f8e6a0", "#8a5a1a", "#c8922c", "#fff6d0", "#5f3a12", "#2f6a6a"]))
    placed = []
    for r_goal in (.155, .12, .10, .085, .07, .055, .042, .032, .024):
        for _ in range(260):
            cx, cy = rng.uniform(-.02, 1.02), rng.uniform(-.02, .66)
            if np.hypot(cx - .5, cy - .66) < r_goal * 1.1:
                continue
            if all(np.hypot(cx - q[0], cy - q[1]) > (r_goal + q[2]) * 1.02 for q in placed):
                placed.append((cx, cy, r_goal))
    trunk = spline([(.47, 1.0), (.485, .80), (.46, .62), (.50, .45)])
    branches = np.zeros_like(x)
    inlay = np.zeros_like(x)
    for cx, cy, r in placed:
        if r < .03:
            continue
        flip, start = rng.choice([-1, 1]), np.arctan2(.62 - cy, .5 - cx) + rng.normal(0, .3)
        curl = _spiral(cx, cy, r * .93, 2.1 if r > .06 else 1.6, start, flip)
        widths = np.linspace(r * .25, r * .09, len(curl))
        branches = np.maximum(branches, ribbon(curl, widths))
        inlay = np.maximum(inlay, ribbon(curl[6:], widths[6:] * .34))
        if r > .065:
            root = np.array([.48, .66]) + (curl[0] - [.48, .5]) * [.12, .2]
            mid = root * .45 + curl[0] * .55 + [0, -.03]
            limb = spline([root, mid, curl[0], curl[5]], 20)
            branches = np.maximum(branches, ribbon(limb, np.linspace(.045, r * .24, len(limb))))
    stem = ribbon(trunk, np.interp(np.linspace(0, 1, len(trunk)), [0, .3, 1], [.17, .095, .07]))
    branches = np.maximum(branches, stem)
    shadow = warp(blur(branches, 4), np.full_like(x, -.006), np.full_like(x, -.008))
    image = image * (1 - 0.55 * shadow[..., None])
    put(branches, ramp(fractal(rng, .03, 3) * 1.4 - .2, "#24130c #4a2814 #7a4a22 #3a1c10"))
    put(inlay, ramp(fractal(rng, .02, 2), "#b57a1f #f2cf6a #fff0b0"))
    put(outline(branches, 4), "#1a0d0a")
    for cx, cy, r in placed:
        if r >= .03:
            eye = r * (.26 if r > .06 else .30)
            for share, code in ((1, "#1a0f12"),
                                (.78, rng.choice(["#c8282f", "#1f6f8a", "#f4e8d0", "#2f7a4a", "#d8702a"])),
                                (.42, "#f6e3a0"), (.2, "#1a0f12")):
                put(disc(cx, cy, eye * share), code)
        else:
            for share, code in ((.9, "#3a2010"),
                                (.72, rng.choice(["#1f7a8a", "#c8402a", "#f0e0b0", "#4f8a4a", "#7a3f7a"])),
                                (.36, "#f8e6a0")):
                put(disc(cx, cy, r * share), code)
    for _ in range(240):
        u = rng.random()
        at = trunk[int(u ** 1.3 * (len(trunk) - 1) * .75)] + [rng.normal(0, .02 + .02 * (1 - u)), 0]
        s = rng.uniform(.004, .010)
        tri = polygon([(at[0] - s, at[1] + s), (at[0], at[1] - s * 1.4), (at[0] + s, at[1] + s)]) * stem
        put(tri, rng.choice(["#f2cf6a", "#fff2c0", "#1f6f7a", "#c8502a", "#b57a1f"]))
    hill = spline([(-.1, .80), (.12, .75), (.32, .80), (.52, .86), (.75, .79), (1.1, .74)], 40)
    meadow = below(hill[:, 0], hill[:, 1])
    image = image * (1 - 0.5 * blur(meadow, 7)[..., None])
    put(meadow, ramp(fractal(rng, .05, 4) * 1.5 - .25, "#0f3a2a #1f5f38 #3f8a3a #16324f"))
    flowers = []
    for _ in range(2600):
        cx, cy = rng.uniform(0, 1), rng.uniform(.74, 1.02)
        r = rng.uniform(.010, .024) * (.55 + 3.2 * (cy - .74))
        if cy - r > np.interp(cx, hill[:, 0],
                              hill[:, 1]) and all(np.hypot(cx - q[0],
                                                           cy - q[1]) > (r + q[2]) * .92 for q in flowers):
            flowers.append((cx, cy, r))
    for cx, cy, r in flowers:
        x0, x1 = (int(np.clip((c * SIZE), 0, SIZE)) for c in (cx - r * 1.2, cx + r * 1.2))
        y0, y1 = (int(np.clip((c * SIZE), 0, SIZE)) for c in (cy - r * 1.2, cy + r * 1.2))
        dx, dy = x[y0:y1, x0:x1] - cx, y[y0:y1, x0:x1] - cy
        d, a = np.hypot(dx, dy) / r, np.arctan2(dy, dx)
        n, outer = rng.integers(5, 9), rgb(rng.choice(["#d8302f", "#f2a52a", "#3f6fd0", "#f4ecd8",
                                                       "#c85a9a", "#7a4fb8", "#f2d24a", "#e86a2a"]))
        edge = (.78 + .22 * np.cos(a * n + cx * 40)) - d
        m = np.clip(edge * r * SIZE, 0, 1)
        patch = image[y0:y1, x0:x1]
        patch = mix(patch, outer * (1.1 - .45 * d[..., None]), m)
        patch = mix(patch, rgb("#2a1420"), np.clip((.40 - d) * r * SIZE, 0, 1))
        image[y0:y1, x0:x1] = mix(patch, rgb("#ffd84a"), np.clip((.27 - d) * r * SIZE, 0, 1))
    put(outline(meadow, 5), "#d8a83a")
    return np.clip(image, 0, 1.2)


def batik(rng):
    """Flowers, fronds and a bird-like border in wax-resist indigo, rust and ochre with crackle."""
    x, y = grid()
    dye = fractal(rng, 0.12, 5)
    image = ramp(dye * 1.3 - 0.15, "#0b1838 #14285c #1d3f86 #23509a")

    wobble = [0.005 * (noise(rng, 0.03) - 0.5) for _ in range(2)]
    strength = fractal(rng, 0.07, 4) * 1.5 - 0.25

    def by_hand(mask):
        near = around(mask > 0, 8)
        drawn = np.zeros_like(mask)
        drawn[near] = warp(mask[near], wobble[0][near], wobble[1][near])
        return drawn

    def dyed(mask, codes, wax=5.0):
        """An area kept out of the indigo by wax, then dyed; `wax` px of undyed cloth round it."""
        wavy = by_hand(mask)
        lay(image, rgb("#f4ead2"), outline(wavy, wax * 2))
        near = around(wavy > 0, 0)
        image[near] = mix(image[near], ramp(strength[near], codes), wavy[near])

    def wax_line(points, width):
        lay(image, rgb("#f4ead2"), by_hand(ribbon(points, width)))

    def dots(points, r, code="#f4ead2"):
        for px, py in points:
            lay(image, rgb(code), disc(px, py, r * rng.uniform(.8, 1.2)))

    rust, ochre, leaf, teal = (
        "#7a2414 #b8431f #d8682f", "#b8761c #e0a83a #f2cc6a", "#2f5a2f #5f8a3a #9ab04a",
        "#155f6a #2a8f90 #6fbfb0")
    for row in range(9):
        for col in range(9):
            px, py = (col + .5 * (row % 2)) / 8, (row) / 8
            dots([(px + .016 * np.cos(t), py + .016 * np.sin(t)) for t in np.arange(6) * np.pi / 3], .0042)
            dots([(px, py)], .006, "#e0a83a")

    def frond(points, size, codes):
        path = spline(points, 14)
        wax_line(path, np.linspace(.011, .004, len(path)))
        tangent = np.gradient(path, axis=0)
        for k in range(4, len(path) - 1, 4):
            heading = np.arctan2(tangent[k, 1], tangent[k, 0])
            for s in (-1, 1):
                t, l = heading + s * .95, size * (1 - .55 * k / len(path))
                tip = path[k] + l * np.array([np.cos(t), np.sin(t)])
                n = np.array([-np.sin(t), np.cos(t)]) * l * .23
                mid = (path[k] + tip) / 2
                dyed(blob([path[k], mid + n, tip, mid - n]), codes, 3.2)
                wax_line(np.linspace(path[k], tip, 8), np.linspace(.0035, .001, 8))

    for pts, s, codes in (([(.5, .98), (.30, .90), (.14, .74), (.10, .55)], .095, leaf),
                          ([(.5, .98), (.70, .90), (.86, .74), (.90, .55)], .095, leaf),
                          ([(.5, .02), (.32, .09), (.17, .22), (.11, .42)], .09, teal),
                          ([(.5, .02), (.68, .09), (.83, .22), (.89, .42)], .09, teal)):
        frond(pts, s, codes)

    def flower(cx, cy, r, petals, rings):
        for ring, codes in rings:
            for k in range(petals):
                t = (k + .5 * (ring < .9)) * 2 * np.pi / petals
                reach = r * ring
                w = reach * np.pi / petals * .85
                ox, oy = np.cos(t), np.sin(t)

                def at(along, across):
                    return (cx + ox * along - oy * across, cy + oy * along + ox * across)
                dyed(blob([at(reach * .22, 0), at(reach * .62, w), at(reach * .86, w * .75), at(reach, 0),
                           at(reach * .86, -w * .75), at(reach * .62, -w)]), codes, 4.5 if r > .1 else 3)
                for bend in (-.35, 0, .35):
                    wax_line(np.array([at(reach * u, w * bend * u * 1.3) for u in np.linspace(.4, .84, 8)]),
                             np.linspace(.004, .0015, 8) * min(1, r * 7))
        dyed(disc(cx, cy, r * .22), ochre, 4)
        dots([(cx + r * .13 * np.cos(t), cy + r * .13 * np.sin(t)) for t in np.arange(9) * 2 * np.pi / 9],
             .005 * min(1, r * 6), "#5a1a12")
        dots([(cx + r * 1.12 * np.cos(t),
               cy + r * 1.12 * np.sin(t)) for t in np.arange(petals * 3) * 2 * np.pi / (petals * 3)], .0052)

    flower(.5, .49, .27, 11, ((1.0, rust), (.72, ochre), (.46, teal)))
    for cx, cy in ((.16, .17), (.84, .17), (.16, .86), (.84, .86)):
        flower(cx, cy, .105, 8, ((1.0, ochre), (.62, rust)))
    for cx, cy in ((.5, .115), (.5, .885), (.07, .49), (.93, .49)):
        flower(cx, cy, .07, 7, ((1.0, teal), (.6, ochre)))
    rim = np.minimum(np.minimum(x, 1 - x), np.minimum(y, 1 - y))
    along = np.where(np.minimum(y, 1 - y) < np.minimum(x, 1 - x), x, y)
    saw = np.abs((along * 26) % 2 - 1) * .026
    dyed((rim < .034) * 1.0, rust, 3)
    image = mix(image, rgb("#f0c860"), smoothstep(0, .002, saw - rim - .002) * (rim < .034))
    # Crackle: dye that crept into fine breaks of the wax.
    seeds = rng.random((420, 2))
    wx, wy = x + .035 * (fractal(rng, .05, 4) - .5), y + .035 * (fractal(rng, .05, 4) - .5)
    near = cKDTree(seeds).query(np.stack([wx.ravel(), wy.ravel()], 1), k=2)[0]
    gap = (near[:, 1] - near[:, 0]).reshape(SIZE, SIZE)
    crack = smoothstep(.0042, .0008, gap * (0.6 + 1.5 * noise(rng,
                                                              .08))) * smoothstep(.25, .6, noise(rng, .12))
    fine = smoothstep(.016, .0, np.abs(fractal(rng, .06,
                                               5) - .5)) * smoothstep(.45, .7, noise(rng, .1)) * .7
    image = mix(image, rgb("#0e1f48"), np.clip(np.maximum(crack, fine), 0, 1) * .85)
    thread = 0.5 * np.sin(x * SIZE * 1.5) + 0.5 * np.sin(y * SIZE * 1.5)
    return image * (0.97 + 0.05 * thread + 0.12 * (fractal(rng, .006, 2) - .5))[..., None]
