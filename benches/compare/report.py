"""Results as tables: on the terminal, and in `docs/reference/performance*.md` between marks this file owns.

A block of a document stands between `<!-- measured ROUND SIZE -->` and `<!-- measured end -->`; it is replaced whole. A
new one goes before `<!-- measurements end here -->`.
"""

import json
import pathlib
import re

from engines import CLICKHOUSE, FIRST_TOUCH, OURS, PEERS, RESIDENT

DOCUMENTS = pathlib.Path(__file__).parents[2] / "docs" / "reference"
LANGUAGES = {"en": "performance.md", "zh-CN": "performance.zh-CN.md"}
ENDS_HERE = "<!-- measurements end here -->"

# How many times fewer CPU seconds than the peer, at 10 million events.
AIMS = {
    "resident / best peer": dict(a=10, b=10, c=6, d=8, e=5, f=7, g=6, h=8),
    "resident / best ClickHouse": dict(a=10, b=10, c=15, d=12, e=12, f=15, g=10, h=12),
    "first touch / best peer": dict(a=5, b=4, c=3.5, d=4, e=2.5, f=3.5, g=2.5, h=4),
}
DIRTY_AT_MOST = 2

TITLES_ZH = dict(a="漏斗", b="按渠道", c="会话路径", d="周留存", e="归因", f="会话", g="分群", h="转移")
TITLES_EN = dict(a="funnel", b="by channel", c="paths", d="retention", e="attribution", f="sessions", g="segment",
                 h="transitions")

WORDS = {
    "en": {
        "engine": "", "titles": TITLES_EN, "not asked": "not asked", "failed": "failed", "differs": "differs",
        "clean": "{events} M events, {customers} k customers", "dirty": "{events} M events, dirty",
        "import": "{events} M events, import", "cancel": "{events} M events, cancelling",
        "live": "{events} M events, while events come",
        "cpu": "CPU seconds, least of {repetitions} (median wall seconds):",
        "ratios": "How many times fewer CPU seconds (aim):", "speed": "Million events a second, by median wall time:",
        "memory": "Peak resident MB; *above*: of it, above the {columns} MB of resident columns:", "above": "above",
        "dirty lake": "{files} files, {merged} % of the rows of merged customers. CPU seconds, least of {repetitions} (median wall seconds):",
        "dirty ratio": "dirty / clean (at most {most})", "first dirty ratio": "dirty / clean, first touch",
        "live lake": "Asked again, and after {sent} events of as many customers came. CPU seconds, least of {repetitions} (median wall seconds):",
        "again": "asked again", "after": "after events came",
        "import row": "| | events/s | wall s | CPU s | peak MB | bytes an event |",
        "imported": "import", "compacted": "compaction of everything", "peer": "pyarrow: read, sort, write",
        "cancel row": "| | cancelled | usual ms | answer ends after ms, median | most | work ends after ms, median | most |",
        "machine": "{cpu}, {cores} cores, {memory} GB; {threads} threads an engine; load {load} before and {load_after} after. {versions}.",
        "resident / best peer": "resident / best peer", "resident / best ClickHouse": "resident / best ClickHouse",
        "first touch / best peer": "first touch / best peer",
    },
    "zh-CN": {
        "engine": "", "titles": TITLES_ZH, "not asked": "未提问", "failed": "失败", "differs": "结果不同",
        "clean": "{events} 百万事件，{customers} 千客户", "dirty": "{events} 百万事件，脏数据",
        "import": "{events} 百万事件，导入", "cancel": "{events} 百万事件，取消",
        "live": "{events} 百万事件，事件不断到来",
        "cpu": "CPU 秒，{repetitions} 次中最少（括号内为用时中位数，秒）：",
        "ratios": "CPU 秒少多少倍（括号内为目标）：", "speed": "每秒百万事件，按用时中位数：",
        "memory": "常驻内存峰值，MB；“以上”为超出常驻列 {columns} MB 的部分：", "above": "以上",
        "dirty lake": "{files} 个文件，{merged}% 的行属于合并过的客户。CPU 秒，{repetitions} 次中最少（括号内为用时中位数，秒）：",
        "dirty ratio": "脏 / 净（至多 {most}）", "first dirty ratio": "脏 / 净，首次读取",
        "live lake": "原样再问，以及在 {sent} 位客户各来一个事件之后再问。CPU 秒，{repetitions} 次中最少（括号内为用时中位数，秒）：",
        "again": "原样再问", "after": "来了事件之后",
        "import row": "| | 事件/秒 | 用时 s | CPU s | 峰值 MB | 每事件字节 |",
        "imported": "导入", "compacted": "全部合并", "peer": "pyarrow：读取、排序、写出",
        "cancel row": "| | 已取消 | 平时 ms | 回答结束 ms，中位数 | 最多 | 计算结束 ms，中位数 | 最多 |",
        "machine": "{cpu}，{cores} 核，{memory} GB；每个引擎 {threads} 线程；系统负载前 {load}、后 {load_after}。{versions}。",
        "resident / best peer": "常驻 / 最佳对手", "resident / best ClickHouse": "常驻 / 最佳 ClickHouse",
        "first touch / best peer": "首次读取 / 最佳对手",
    },
}


def text(kind, result, language):
    """A round's result as Markdown, heading included."""
    words = WORDS[language]
    millions = f"{result['events'] / 1e6:.3g}"
    title = words[kind].format(events=millions, customers=f"{result.get('customers', 0) / 1e3:.0f}")
    body = {"import": imported, "clean": clean, "dirty": dirty, "live": live, "cancel": cancelled}[kind]
    machine = words["machine"].format(**result["machine"])
    return "\n".join([f"### {title}", "", machine, "", *body(result, words)]).rstrip() + "\n"


class Numbers:
    """The numbers of a round by question and engine."""

    def __init__(self, result):
        self.rows = {(row["question"], row["engine"]): row for row in result["results"]}
        self.why = {(row["question"], row["engine"]): row["why"] for row in result["failures"]}
        self.letters = sorted({question for question, _ in [*self.rows, *self.why]})
        self.engines = list(dict.fromkeys(engine for _, engine in [*self.rows, *self.why]))

    def get(self, letter, engine, number="cpu_s"):
        row = self.rows.get((letter, engine))
        return row and row.get(number)

    def best(self, letter, engines):
        return min((self.get(letter, engine) for engine in engines if self.get(letter, engine)), default=None)

    def times_less(self, letter, engine, others):
        ours, best = self.get(letter, engine), self.best(letter, others)
        return best / ours if ours and best else None

    def table(self, words, engines, cell):
        yield f"| {words['engine']} | " + " | ".join(f"{letter} {words['titles'][letter]}" for letter in self.letters) + " |"
        yield "|---" * (len(self.letters) + 1) + "|"
        for engine in engines:
            yield f"| {engine} | " + " | ".join(cell(letter, engine) for letter in self.letters) + " |"

    def cost(self, words):
        best = {letter: self.best(letter, PEERS) for letter in self.letters}

        def cell(letter, engine):
            row = self.rows.get((letter, engine))
            if row is None:
                why = self.why.get((letter, engine))
                return words["not asked"] if why == "not asked" else words["failed"] if why else ""
            shown = f"{row['cpu_s']:.3f} ({row['wall_s']:.3f})"
            shown = f"**{shown}**" if row["cpu_s"] == best[letter] else shown
            return shown if row["agrees"] else f"{shown} {words['differs']}"
        return cell


RATIOS = {
    "resident / best peer": (RESIDENT, PEERS),
    "resident / best ClickHouse": (RESIDENT, CLICKHOUSE),
    "first touch / best peer": (FIRST_TOUCH, PEERS),
}


def clean(result, words):
    numbers = Numbers(result)

    def ratio(letter, name):
        engine, others = RATIOS[name]
        times = numbers.times_less(letter, engine, others)
        return "" if times is None else f"{times:.1f} ({AIMS[name][letter]:g})"

    def memory(letter, engine):
        if engine == words["above"]:
            above = numbers.get(letter, RESIDENT, "above_columns_mb")
            return "" if above is None else f"{above:.0f}"
        peak = numbers.get(letter, engine, "peak_mb")
        return "" if peak is None else f"{peak:.0f}"

    yield words["cpu"].format(**result) + "\n"
    yield from numbers.table(words, numbers.engines, numbers.cost(words))
    yield "\n" + words["ratios"] + "\n"
    titled = {words[name]: name for name in RATIOS}
    yield from numbers.table(words, titled, lambda letter, title: ratio(letter, titled[title]))
    yield "\n" + words["speed"] + "\n"
    yield from numbers.table(words, numbers.engines, lambda letter, engine: (
        "" if not numbers.get(letter, engine) else f"{numbers.get(letter, engine, 'events_per_s') / 1e6:.1f}"))
    yield "\n" + words["memory"].format(columns=f"{result['resident_mb']:.0f}") + "\n"
    yield from numbers.table(words, [*numbers.engines, words["above"]], memory)


def dirty(result, words):
    numbers, lake = Numbers(result), result["lake"]
    merged = f"{100 * lake['rows_of_merged'] / lake['rows']:.1f}"
    yield words["dirty lake"].format(files=lake["files"], merged=merged, **result) + "\n"
    cost = numbers.cost(words)
    titles = {words["dirty ratio"].format(most=DIRTY_AT_MOST): RESIDENT, words["first dirty ratio"]: FIRST_TOUCH}

    def cell(letter, engine):
        if engine not in titles:
            return cost(letter, engine)
        dirty, clean = numbers.get(letter, f"{titles[engine]}-dirty"), numbers.get(letter, titles[engine])
        return f"{dirty / clean:.2f}" if dirty and clean else ""

    yield from numbers.table(words, [*numbers.engines, *titles], cell)


def live(result, words):
    rows = {(row["engine"], row["what"], row["question"]): row for row in result["results"]}
    letters = sorted({letter for _, _, letter in rows})
    yield words["live lake"].format(**result) + "\n"
    yield "| | " + " | ".join(f"{letter} {words['titles'][letter]}" for letter in letters) + " |"
    yield "|---" * (len(letters) + 1) + "|"
    for engine, what in dict.fromkeys((engine, what) for engine, what, _ in rows):
        found = [rows.get((engine, what, letter)) for letter in letters]
        cells = [f"{row['cpu_s']:.3f} ({row['wall_s']:.3f})" if row else "" for row in found]
        yield f"| {engine}, {words[what]} | " + " | ".join(cells) + " |"


def imported(result, words):
    size = result["bytes_per_event"]
    yield words["import row"]
    yield "|---" * 6 + "|"
    for name, bytes_per_event in (("imported", None), ("compacted", size["lake"]), ("peer", size.get("peer"))):
        row = result.get(name)
        if row is None:
            continue
        cells = [f"{result['events'] / row['wall_s']:,.0f}", f"{row['wall_s']:.1f}", f"{row['cpu_s']:.1f}",
                 f"{row['peak_mb']:.0f}", "" if bytes_per_event is None else f"{bytes_per_event:.1f}"]
        yield f"| {words[name]} | " + " | ".join(cells) + " |"


def cancelled(result, words):
    yield words["cancel row"]
    yield "|---" * 7 + "|"
    for row in result["results"]:
        cells = [f"{row['cancelled']} / {row['tries']}", f"{row['usual_ms']:.0f}"]
        cells += [f"{row[what][which]:.1f}" for what in ("answer_ms", "work_ms") for which in ("median", "most")]
        yield f"| {row['question']} {words['titles'][row['question']]} | " + " | ".join(cells) + " |"


def size_name(events):
    """`10M` for about ten million, `200k` for about two hundred thousand."""
    digits = f"{events:.0e}"
    rounded = int(float(digits))
    return f"{rounded // 10**6}M" if rounded >= 10**6 else f"{rounded // 1000}k"


def write(kind, result):
    """Puts a result's tables into the documents and its numbers beside them."""
    key = f"{kind} {size_name(result['events'])}"
    write_block(key, result, {language: text(kind, result, language) for language in LANGUAGES})


def write_block(key, result, texts):
    """Puts texts, one a language, into the documents as the block `key`, and the numbers beside them."""
    folder = DOCUMENTS / "performance"
    folder.mkdir(exist_ok=True)
    numbers = json.dumps(rounded(result), indent=1, ensure_ascii=False)
    (folder / f"{key.replace(' ', '-')}.json").write_text(numbers + "\n")
    for language, name in LANGUAGES.items():
        path = DOCUMENTS / name
        path.write_text(replaced(path.read_text(), key, texts[language]))


def replaced(document, key, block):
    begins, ends = f"<!-- measured {key} -->", "<!-- measured end -->"
    block = f"{begins}\n{block}{ends}"
    found = re.compile(re.escape(begins) + ".*?" + re.escape(ends), re.DOTALL)
    if found.search(document):
        return found.sub(lambda _: block, document)
    return document.replace(ENDS_HERE, f"{block}\n\n{ENDS_HERE}")


def rounded(value):
    """Numbers with the digits that mean something."""
    if isinstance(value, float):
        return float(f"{value:.5g}")
    if isinstance(value, dict):
        return {key: rounded(one) for key, one in value.items()}
    return [rounded(one) for one in value] if isinstance(value, list) else value
