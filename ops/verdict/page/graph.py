"""The resources of a stack as a picture: the stack, its components, what each is made of."""

from __future__ import annotations

from ops.verdict.model import Resource, StackVerdict
from ops.verdict.page.parts import scroll, svg, svg_text

WIDTH, HEIGHT, GAP_X, GAP_Y = 250, 44, 40, 10
TONES = {"create": "good", "update": "warn", "replace": "bad", "delete": "bad"}


def graph(stack: StackVerdict) -> str:
    """A tree from left to right. What happens to a resource is written in its box, and not told by colour alone."""
    known = {
        resource.urn: resource for resource in stack.resources if not resource.type.startswith("pulumi:providers:")
    }
    children: dict[str, list[Resource]] = {}
    for resource in known.values():
        children.setdefault(resource.parent if resource.parent in known else "", []).append(resource)
    places: dict[str, tuple[float, float]] = {}
    row = 0.0

    def place(resource: Resource, depth: int) -> float:
        nonlocal row
        heights = [place(child, depth + 1) for child in sorted(children.get(resource.urn, ()), key=lambda r: r.urn)]
        if heights:
            y = (heights[0] + heights[-1]) / 2
        else:
            y, row = row, row + HEIGHT + GAP_Y
        places[resource.urn] = (depth * (WIDTH + GAP_X) + 2, y + 2)
        return y

    for root in sorted(children.get("", ()), key=lambda resource: resource.urn):
        place(root, 0)
    if not places:
        return '<p class="quiet">The preview came to no resource.</p>'
    lines = [_edge(places[each.parent], places[each.urn]) for each in known.values() if each.parent in places]
    boxes = [_box(each, *places[each.urn]) for each in known.values()]
    width = max(x for x, _ in places.values()) + WIDTH + 2
    label = f"Resources of {stack.stack}: {len(places)}, {len(stack.changes)} of them change"
    return scroll(label, svg(label, width, row + 4, [*lines, *boxes]))


def _edge(parent: tuple[float, float], child: tuple[float, float]) -> str:
    x, y = parent[0] + WIDTH, parent[1] + HEIGHT / 2
    to_x, to_y = child[0], child[1] + HEIGHT / 2
    middle = (x + to_x) / 2
    return f'<path class="line" d="M{x:g} {y:g}C{middle:g} {y:g} {middle:g} {to_y:g} {to_x:g} {to_y:g}"/>'


def _box(resource: Resource, x: float, y: float) -> str:
    kind = resource.type.rpartition(":")[2]
    said = kind if resource.operation == "same" else f"{kind}: {resource.operation}"
    tone = TONES.get(resource.operation, "")
    return (
        f'<rect class="box {tone}" x="{x:g}" y="{y:g}" width="{WIDTH}" height="{HEIGHT}" rx="6"/>'
        + svg_text(x + 10, y + 18, resource.name, longest=32)
        + svg_text(x + 10, y + 35, said, css="quiet", longest=32)
    )
