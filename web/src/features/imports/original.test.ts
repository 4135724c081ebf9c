import { expect, it } from "vitest";

import { columnsIn } from "./original";

it("reads a workbook's row as its columns, without those that are empty", () => {
  expect(columnsIn('{"会员号":"VIP0002","姓名":"","发生时间":"待补","金额":12.5,"备注":null}')).toEqual([
    ["会员号", "VIP0002"],
    ["发生时间", "待补"],
    ["金额", "12.5"],
  ]);
});

it.each(["VIP0002,待补,12.5", '"quoted"', "[1,2]", "12", "{broken"])("leaves the line %s as it is", (line) => {
  expect(columnsIn(line)).toBeNull();
});
