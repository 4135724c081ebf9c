"""Writes the workbook that walk.spec.ts drops into the product: what the till and the service desk of two shops kept.

Made up, the same at every run, and as such files are: a cover sheet, a title above the table, amounts as text, sums below,
a time that somebody meant to fill in later. At 徐家汇店 paying fails for two in three, and few of those pay after all.
Needs openpyxl. `python make.py` writes flow.xlsx beside it.
"""

import datetime
import pathlib
import random

import openpyxl

MEMBERS = 480
HEADS = ["会员号", "姓名", "发生时间", "业务类型", "门店", "金额", "评分", "备注"]
SAID = ["支付一直转圈，试了三次", "收款码扫不上，换了两台机器", "排了半天，到我又付不了", ""]
FAMILY, GIVEN = "张李王赵钱孙周吴郑陈", "敏芳杰丽磊静洋超霞伟"


def main() -> None:
    draw = random.Random(11)
    book = openpyxl.Workbook()
    cover = book.active
    cover.title = "封面"
    cover["A1"], cover["A3"], cover["B3"] = "2026 年门店会员流水", "制表", "运营部"
    sheet = book.create_sheet("明细")
    sheet["A1"] = "会员消费与服务流水（2026 年 1—3 月）"
    for column, head in enumerate(HEADS, 1):
        sheet.cell(3, column, head)
    row, total = 4, 0
    for member in range(1, MEMBERS + 1):
        shop = draw.choice(["南京西路店", "徐家汇店"])
        time = datetime.datetime(2026, 1, 1, 10) + datetime.timedelta(days=draw.randrange(80), minutes=draw.randrange(540))
        steps = ["到店"]
        if draw.random() < 0.8:
            steps.append("咨询")
        if draw.random() < 0.7:
            steps.append("试穿")
        if draw.random() < 0.75:
            steps.append("下单")
            fails = draw.random() < (0.66 if shop == "徐家汇店" else 0.05)
            steps += ["付款失败"] * fails
            if draw.random() < (0.2 if fails else 0.92):
                steps.append("付款")
                steps += ["退货"] * (draw.random() < 0.12)
        paid = draw.randrange(80, 4000)
        for step in steps:
            time += datetime.timedelta(days=3) if step == "退货" else datetime.timedelta(minutes=draw.randrange(3, 40))
            amount = {"付款": f"{paid:,}.00", "退货": f"-{paid:,}.00"}.get(step, "")
            total += {"付款": paid, "退货": -paid}.get(step, 0)
            cells = [
                f"VIP{member:04d}",
                FAMILY[member % 10] + GIVEN[member * 7 % 10],
                time.strftime("%Y-%m-%d %H:%M") if draw.random() > 0.015 else "待补",
                step,
                shop,
                f"¥ {amount}" if amount and draw.random() < 0.1 else amount,
                draw.choice([5, 5, 4, 3]) if step == "咨询" else draw.choice([2, 1, 1]) if step == "付款失败" else "",
                draw.choice(SAID) if step == "付款失败" else "",
            ]
            for column, cell in enumerate(cells, 1):
                sheet.cell(row, column, cell)
            row += 1
    sheet.cell(row, 1, "合计")
    sheet.cell(row, 6, f"{total:,}.00")
    book.save(pathlib.Path(__file__).with_name("flow.xlsx"))


main()
