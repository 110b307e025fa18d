"""One page with every part of the console's look, without the application: for tests, and for eyes."""

from pathlib import Path
from types import SimpleNamespace

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from domain.money import wan, yuan

HERE = Path(__file__).resolve().parent
CONSOLE = HERE.parent.parent / "console"
HOSTILE = "<script>alert(1)</script>\" onfocus='x"
LABELS = (
    ("待办", "Inbox"),
    ("项目", "Projects"),
    ("资金", "Funds"),
    ("计划", "Plans"),
    ("报账", "Claims"),
    ("会议", "Meetings"),
    ("期限", "Deadlines"),
    ("调度", "Dispatch"),
    ("资产", "Assets"),
    ("公示", "Disclosure"),
    ("政策", "Policies"),
    ("人员", "People"),
    ("系统", "System"),
)


def environment() -> Environment:
    """Return Jinja as the console has it: everything escaped, nothing undefined passed over."""
    folders = [CONSOLE / "templates", HERE]
    found = Environment(
        loader=FileSystemLoader(folders),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    found.globals.update(wan=wan, yuan=yuan)
    return found


def visitor() -> SimpleNamespace:
    """Return somebody with two posts in one county of two."""
    seats = [SimpleNamespace(post="乡镇经办"), SimpleNamespace(post="财政股")]
    return SimpleNamespace(person="p-101", name="周某（样例）", counties=("sample", "river"), seats=seats)


def page(lang: str = "zh", *, signed_in: bool = True, template: str = "look.html") -> str:
    """Return the page in a language: `zh` or `en`."""
    words = [en if lang == "en" else zh for zh, en in LABELS]
    nav = [
        SimpleNamespace(url=f"/sample/{at}", label=word, current=at == 1, count=12 if at == 0 else None)
        for at, word in enumerate(words)
    ]
    return (
        environment()
        .get_template(template)
        .render(
            t=lambda zh, en: en if lang == "en" else zh,
            lang=lang,
            visitor=visitor() if signed_in else None,
            county="sample" if signed_in else None,
            county_name="样例县",
            county_names={"sample": "样例县", "river": "清河县"},
            nav=nav if signed_in else [],
            sample=True,
            demo=True,
            title="样例",
            flash=[("done", "已提交。"), ("error", "未保存：金额有误。"), ("info", "草稿已保存。")],
            csrf="it's <secret>",
            today="2022-03-07",
            static=lambda name: f"/static/{name}",
            page_url=lambda at: f"?page={at}",
            hostile=HOSTILE,
        )
    )
