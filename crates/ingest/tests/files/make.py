"""Makes the workbooks beside this file with programs that share no code with the reader.

Run by hand, once: `python -m pip install openpyxl==3.1.5 xlwt==1.3.0 && python make.py`. What the tests expect of
them is written by hand from the values below.
"""

import datetime
from pathlib import Path

import openpyxl
import xlwt
from openpyxl.utils.datetime import CALENDAR_MAC_1904

HERE = Path(__file__).parent
DAY = datetime.date(2024, 3, 13)
MOMENT = datetime.datetime(2024, 3, 13, 10, 21, 14)


def orders_xlsx():
    """A title, a header of two rows with merged cells, the date system of 1904, a blank row, merged order numbers."""
    book = openpyxl.Workbook()
    book.epoch = CALENDAR_MAC_1904
    book.active.title = "说明"
    sheet = book.create_sheet("订单明细")
    sheet["B1"] = "2024年3月订单"
    sheet.merge_cells("B1:I1")
    for cell, text in {
        "B2": "会员编号", "C2": "下单", "E2": "订单", "H2": "备注", "I2": "折扣",
        "C3": "日期", "D3": "时间", "E3": "订单号", "F3": "商品", "G3": "金额\n(元)",
    }.items():
        sheet[cell] = text
    for span in ["B2:B3", "C2:D2", "E2:G2", "H2:H3", "I2:I3"]:
        sheet.merge_cells(span)
    rows = [
        ("420106199001011234", DAY, datetime.time(10, 21, 14), "X001", "苹果", 19.9, None, 0.125),
        ("420106199001011234", DAY, datetime.time(10, 21, 14), None, "梨", 5, "会员价", 0),
        None,
        (10002, DAY, datetime.time(0, 0), "X002", "苹果", "#N/A", "=1+1", 1),
        (10002, DAY, datetime.time(0, 0), "X002", "苹果", "#N/A", "=1+1", 1),
    ]
    for at, row in enumerate(rows, start=4):
        for column, value in enumerate(row or (), start=2):
            cell = sheet.cell(at, column, value)
            if isinstance(value, datetime.date):
                cell.number_format = "yyyy-mm-dd"
            if isinstance(value, datetime.time):
                cell.number_format = "hh:mm:ss"
            if column == 9:
                cell.number_format = "0.0%"
    sheet.merge_cells("E4:E5")
    book.create_sheet("备用")["A1"] = "草稿"
    book.save(HERE / "orders-1904.xlsx")


def visits_xls(name, is_1904):
    """An old workbook: one row of header, dates with time, a duration, a truth value."""
    book = xlwt.Workbook(encoding="utf-8")
    book.dates_1904 = is_1904
    book.add_sheet("空")
    sheet = book.add_sheet("到店")
    for column, title in enumerate(["会员", "到店时间", "停留", "门店", "首次"]):
        sheet.write(0, column, title)
    moment = xlwt.easyxf(num_format_str="yyyy/m/d h:mm:ss")
    stay = xlwt.easyxf(num_format_str="[h]:mm:ss")
    for at, (member, when, minutes, shop, first) in enumerate([
        ("m1", MOMENT, 90, "上海一店", True),
        ("m2", MOMENT + datetime.timedelta(hours=1), 0.5, "北京二店", False),
    ], start=1):
        sheet.write(at, 0, member)
        sheet.write(at, 1, when, moment)
        sheet.write(at, 2, minutes / 24 / 60, stay)
        sheet.write(at, 3, shop)
        sheet.write(at, 4, first)
    book.save(str(HERE / name))


orders_xlsx()
visits_xls("visits.xls", False)
visits_xls("visits-1904.xls", True)
