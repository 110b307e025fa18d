"""Where posts stand: a unit or what is outside stands for itself, a body for itself or in a unit, a post in one."""

from collections.abc import Iterator

from domain.policy.base import Breach
from domain.policy.shapes import Raw, tables


def misplaced(raw: Raw) -> Iterator[Breach]:
    """Yield posts that stand in another post, and units that stand in another."""
    posts = [post for post in tables(raw, "posts") if isinstance(post.get("id"), str)]
    kinds = {post["id"]: post.get("kind") for post in posts}
    for n, post in enumerate(tables(raw, "posts")):
        unit, name = post.get("unit"), post.get("id")
        if not isinstance(unit, str) or unit not in kinds or not isinstance(name, str):  # Told elsewhere.
            continue
        at = ("posts", n, "unit")
        match post.get("kind"):
            case "post" if kinds[unit] == "post":
                zh = f"岗位不能设在岗位 {unit!r} 里；应设在单位、机构中"
                yield Breach(at, zh, f"a post stands in a unit, and {unit!r} is a post")
            case "unit" | "outside" as kind if unit != name:
                yield Breach(at, f"自成单位：unit 应为 {name!r}", f"what is {kind} stands for itself: unit is {name!r}")
            case "body" if unit != name and kinds[unit] != "unit":
                zh = f"机构自成单位，或设在单位里；{unit!r} 不是单位"
                yield Breach(at, zh, f"a body stands for itself or in a unit, and {unit!r} is none")
