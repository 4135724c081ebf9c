#!/usr/bin/env python3
"""What can be tested without an engine: how answers are compared, and how tables get into documents.

    python test_compare.py
"""

import os
import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parent))

import report  # noqa: E402
from engines import CLICKHOUSE, FIRST_TOUCH, PEERS, RESIDENT  # noqa: E402
from meter import Meter  # noqa: E402
from product import asked, span  # noqa: E402
from questions import PATHS, QUESTIONS  # noqa: E402
from shape import DAY, MINUTE  # noqa: E402


class Answers(unittest.TestCase):
    def canonical(self, letter, rows):
        return QUESTIONS[letter].canonical(rows)

    def test_order_of_rows_and_kinds_of_numbers_do_not_matter(self):
        self.assertEqual(self.canonical("d", [(1, 0, 5), (0, 2, 7)]), self.canonical("d", [[0, "2", 7], [1, 0, 5.0]]))

    def test_channels_nobody_entered_by_are_left_out(self):
        self.assertEqual(self.canonical("b", [["web", 3, 2, 1, 0], ["sms", 0, 0, 0, 0]]), [["web", 3, 2, 1, 0]])

    def test_paths_that_tie_for_the_last_place_are_not_compared(self):
        certain = [[["a", str(i)], 1000 - i] for i in range(PATHS - 1)]
        one = self.canonical("c", [*certain, [["x"], 7]])
        self.assertEqual(one, self.canonical("c", [*reversed(certain), [["y"], 7]]))
        self.assertNotEqual(one, self.canonical("c", [*certain, [["x"], 8]]))

    def test_short_lists_of_paths_are_compared_whole(self):
        self.assertNotEqual(self.canonical("c", [[["x"], 7]]), self.canonical("c", [[["y"], 7]]))

    def test_only_where_numbers_may_differ_are_they_allowed_to(self):
        agree = lambda letter, one, other: QUESTIONS[letter].agree(one, other)
        self.assertTrue(agree("e", [["web", 1.0, 10.5]], [["web", 1.0, 12.0]]))
        self.assertFalse(agree("e", [["web", 1.0, 10.5]], [["web", 1.0, 13.0]]))
        self.assertFalse(agree("e", [["web", 1.0]], [["ios", 1.0]]))
        self.assertFalse(agree("a", [3, 2, 1, 1], [3, 2, 1, 0]))
        self.assertFalse(agree("a", [3, 2, 1, 1], [3, 2, 1]))


class Asking(unittest.TestCase):
    def test_lengths_of_time(self):
        self.assertEqual([span(7 * DAY), span(30 * MINUTE)], ["7d", "30m"])

    def test_a_filter_is_in_every_question(self):
        for letter in QUESTIONS:
            for filtered in (False, True):
                body = str(asked(letter, filtered).body)
                self.assertEqual("tablet" in body, filtered, letter)


class Spending(unittest.TestCase):
    def test_a_process_sees_what_it_spends(self):
        meter = Meter(os.getpid())
        try:
            meter.begin()
        except OSError as why:
            self.skipTest(f"no such files here: {why}")
        held = bytearray(64 << 20)
        held[::4096] = b"1" * len(held[::4096])
        del held
        spent = meter.end()
        self.assertGreater(spent["cpu_s"], 0)
        self.assertGreaterEqual(spent["peak_mb"] - meter.memory("VmRSS"), 32)


class Documents(unittest.TestCase):
    def result(self, agrees=True):
        def row(engine, cpu):
            return dict(question="a", engine=engine, cpu_s=cpu, wall_s=cpu / 2, events_per_s=2e6 / cpu, peak_mb=100.0,
                        above_columns_mb=40.0, agrees=agrees)
        return dict(
            events=10_100_000, customers=500_000, repetitions=3, resident_mb=60.0, machine=dict(
                cpu="a CPU", cores=2, memory=8, threads=2, load="0.1", load_after="0.2", versions="some"),
            results=[row(CLICKHOUSE[0], 0.4), row(PEERS[-1], 0.3), row(RESIDENT, 0.02), row(FIRST_TOUCH, 0.1)],
            failures=[dict(question="d", engine=RESIDENT, why="not asked")])

    def test_ratios_are_of_the_best_peer(self):
        for language in report.WORDS:
            text = report.text("clean", self.result(), language)
            for expected in ("15.0 (10)", "20.0 (10)", "3.0 (5)", "**0.300 (0.150)**", "| 40 |"):
                self.assertIn(expected, text)
        self.assertIn("not asked", report.text("clean", self.result(), "en"))
        self.assertIn("differs", report.text("clean", self.result(agrees=False), "en"))

    def test_questions_while_events_come_stand_beside_those_asked_again(self):
        rows = [dict(question="a", engine=engine, what=what, cpu_s=cpu, wall_s=cpu / 2)
                for engine, what, cpu in ((RESIDENT, "again", 0.02), (RESIDENT, "after", 0.05))]
        result = dict(self.result(), sent=1000, results=rows)
        for language, words in report.WORDS.items():
            text = report.text("live", result, language)
            self.assertIn(f"| {RESIDENT}, {words['again']} | 0.020 (0.010) |", text)
            self.assertIn(f"| {RESIDENT}, {words['after']} | 0.050 (0.025) |", text)

    def test_an_import_nobody_could_be_put_beside_is_told_alone(self):
        spent = dict(wall_s=2.0, cpu_s=3.0, peak_mb=100.0)
        result = dict(self.result(), imported=spent, compacted=spent, bytes_per_event=dict(lake=32.0, source=20.0))
        text = report.text("import", result, "en")
        self.assertIn("| compaction of everything | 5,050,000 |", text)
        self.assertNotIn("pyarrow:", text)

    def test_a_block_is_replaced_and_new_ones_go_to_the_end(self):
        document = f"before\n{report.ENDS_HERE}\nafter\n"
        once = report.replaced(document, "clean 10M", "old\n")
        again = report.replaced(once, "clean 10M", "new \\1\n")
        both = report.replaced(again, "clean 1M", "other\n")
        self.assertNotIn("old", both)
        self.assertIn("new \\1", both)
        self.assertLess(both.index("new"), both.index("other"))
        self.assertLess(both.index("other"), both.index(report.ENDS_HERE))

    def test_sizes_have_short_names(self):
        self.assertEqual([report.size_name(n) for n in (202_692, 1_006_936, 10_070_000, 101_000_000)],
                         ["200k", "1M", "10M", "100M"])

    def test_documents_have_the_mark_new_blocks_go_to(self):
        for name in report.LANGUAGES.values():
            self.assertIn(report.ENDS_HERE, (report.DOCUMENTS / name).read_text(), name)


if __name__ == "__main__":
    unittest.main()
