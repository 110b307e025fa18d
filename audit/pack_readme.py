"""The README of a pack: what is in it, how it is verified, what nobody can tell from it; Chinese, then English."""

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

from domain.cases import kind_of

if TYPE_CHECKING:
    from audit.packing import Packed

_ZH = """\
# 审计包 {fund}{mark_zh}

本包由县衔接资金总账导出，可离线核验，不需要原系统，也不需要相信制作它的人。

- 总账 {origin}，封印时刻 {at}，封印时共 {size} 条事实。
- 本包 {facts} 条事实，{streams} 个事项（{kinds}）。
- 附件登记 {papers} 件次，随包文件 {files} 个{missing_zh}。

## 内容

| 成员 | 内容 |
|---|---|
| `facts.jsonl` | 每行一条事实的规范字节，按总账次序 |
| `proofs.json` | 每条事实在封印之树中的包含证明（RFC 6962） |
| `heads.json` | 每个事项到第几条为止的证明：末尾的事实未被抽去 |
| `checkpoint`、`keys.json` | 签名的检查点；公钥及历次换钥说明（公钥须另行核对） |
| `calendars/`、`policies/` | 计算工作日所用的节假日安排；县采纳的政策文本 |
| `files/` | 附件文件，以 SHA-256 命名（导出时要求才有） |
| `manifest.json` | 其余成员的摘要，附件清单 |

收入的事项：本笔资金，其分配、调减或拟用它的计划，所涉项目和报账，以及挂在这些事项上的时限、附件、交办、公开公示、绩效、
资产、结转结余、会议、应急决定；另有本县的政策和岗位。未收入：被拒的办理尝试、流程运行记录、报送外部系统的文件、
项目库和年度簿、月度调度与盯办，以及这些项目用其他资金的报账。

## 核验

核验程序 `verify.py` 只有一个文件，只用 Python 标准库（3.11 或以上）。请从程序的发布处取得，不要用随包人员给的；
公钥以单位公布的为准，本包自称的第一把是 `{key}`。

    python3 -I verify.py 本文件 --key '单位公布的公钥'

退出码：0 无发现，1 有发现，2 不能读取。装有本程序的：`bridgefund audit verify 本文件 --key …`。

## 不能由此得知的

封印之前就没有录入，或录入即不实的；封印之后发生的；附件内容的真假（只知道与登记时相同）；没有见证人签名时，
同一密钥是否另签过一本总账。事实中有的个人信息，本包里也有，请按规定保管；
经办人员的姓名不以明文在本包中：事实里只有编号，或以留在单位的密钥加密的姓名。
详见程序文档 docs/threats.md。
"""

_EN = """\
# Audit pack {fund}{mark_en}

Taken from a county's ledger of public funds. It can be verified offline, without the system that it comes
from and without trust in whoever made it.

- The log {origin}, sealed at {at} with {size} facts.
- This pack: {facts} facts of {streams} streams ({kinds}).
- {papers} papers are registered; {files} files are in the pack{missing_en}.

## What is in it

| member | content |
|---|---|
| `facts.jsonl` | the canonical bytes of one fact a line, in the order of the log |
| `proofs.json` | each fact's proof of inclusion in the sealed tree (RFC 6962) |
| `heads.json` | proof of where each stream ends: nothing at its end was dropped |
| `checkpoint`, `keys.json` | the signed checkpoint; public keys and how they were handed on (compare them elsewhere) |
| `calendars/`, `policies/` | the holidays that working days are counted by; the policies that the county adopted |
| `files/` | the files of papers, named by their SHA-256 (only where they were asked for) |
| `manifest.json` | the digests of all other members, the list of papers |

It holds the fund; the plans that allotted, cut or were drawn up on it; the projects and claims of these; and
what hangs on them: deadlines, papers, handling, disclosures, performance, assets, surplus, meetings,
emergency decisions; and the county's policies and posts. It does not hold: attempts that were refused, runs
of workflows, files for systems outside, the project bank and the books of years, the month's dispatch and the
week's watch, claims of these projects on other funds.

## How to verify

The verifier `verify.py` is one file that needs Python 3.11 or later and nothing else. Get it where the program
is published, not from whoever handed you this pack; and take the key that the office published. The first one
that this pack names is `{key}`.

    python3 -I verify.py THIS-FILE --key 'THE-PUBLISHED-KEY'

Exit code 0: nothing found; 1: something found; 2: cannot be read. With the program: `bridgefund audit verify
THIS-FILE --key …`.

## What it cannot tell

What never entered the ledger, or entered it untrue; what came after the seal; whether a paper says the truth
(only that it is the one that was registered); and without a witness's signature, whether the same key signed
another ledger besides. What the facts hold of persons is in this pack too: keep it as the rules ask. The names of
those who act are not in it in the clear: facts have ids, or names sealed under keys that stay with the office.
More in docs/threats.md of the program.
"""


def readme(fund: str, said: "Packed", streams: Sequence[str], key: str, *, sample: bool) -> str:
    """Return the README of a pack of *streams*, sealed by *key* and those that it handed over to."""
    kinds = Counter(map(kind_of, streams))
    missing = sum(not one["in_pack"] for one in said.files) if said.bad_files else 0
    words = {
        "fund": fund,
        "origin": said.origin,
        "at": said.at,
        "size": said.size,
        "facts": said.facts,
        "streams": said.streams,
        "kinds": ", ".join(f"{kind} {count}" for kind, count in sorted(kinds.items())),
        "papers": len(said.files),
        "files": sum(name.startswith("files/") for name in said.members),
        "missing_zh": f"，另有 {missing} 件次文件缺失或已改动" if missing else "",
        "missing_en": f"; the files of {missing} more are missing or altered" if missing else "",
        "mark_zh": "【样例 SAMPLE】" if sample else "",
        "mark_en": " [样例 SAMPLE]" if sample else "",
        "key": key,
    }
    return f"{_ZH.format(**words)}\n---\n\n{_EN.format(**words)}"
