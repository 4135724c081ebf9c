// Comments on a map: said about a stage, answered, changed, settled and deleted, with the row of the map following.
import { expect, test } from "@playwright/test";
import type { APIRequestContext } from "@playwright/test";

import type { CommentList } from "../src/api/types";
import { JOURNEY, LANGUAGES, MAP, TEXTS, WORKSPACE, mapReady, open } from "./story";
import { check as axe, withAxe } from "./wcag";

const LIST = `/v1/workspaces/${WORKSPACE}/journeys/${JOURNEY}/comments`;

async function comments(request: APIRequestContext): Promise<CommentList["comments"]> {
  return ((await (await request.get(LIST)).json()) as CommentList).comments;
}

async function clear(request: APIRequestContext): Promise<void> {
  for (const { id, comment } of await comments(request)) if (comment.reply_to == null) await request.delete(`/v1/workspaces/${WORKSPACE}/comments/${id}`);
}

test.beforeEach(async ({ page, request }) => {
  await withAxe({ page });
  await clear(request);
});

test.afterEach(async ({ request }) => clear(request));

for (const language of LANGUAGES) {
  test(`a stage is discussed and the discussion settled (${language})`, async ({ page, request }) => {
    const t = TEXTS[language];
    // What a reader of the page is told does not hang on the language; a whole map is long to look through.
    const check = async (...of: Parameters<typeof axe>) => {
      if (language === "zh-CN") await axe(...of);
    };
    await open(page, MAP, { language, theme: language === "en" ? "dark" : "light" });
    await mapReady(page);
    await expect(page.locator(".comment-row")).toHaveCount(0);
    await page.getByRole("button", { name: t["comments.title"], exact: true }).click();
    const drawer = page.getByRole("dialog", { name: t["comments.title"] });
    await expect(drawer.getByText(t["comments.none"])).toBeVisible();
    await drawer.getByRole("button", { name: t["comments.newAbout"] }).click();
    await page.getByRole("option").nth(1).click();
    const form = drawer.locator(".comment-new");
    await expect(form.getByRole("button", { name: t["comments.send"] })).toBeDisabled();
    await form.getByLabel(t["comments.text"]).fill("首页太慢\nToo slow?");
    await form.getByRole("button", { name: t["comments.send"] }).click();
    const thread = drawer.locator(".thread");
    await expect(thread.locator(".said-text")).toHaveText("首页太慢\nToo slow?");
    await expect(form.getByLabel(t["comments.text"])).toHaveValue("");

    await thread.getByRole("button", { name: t["comments.answer"] }).click();
    await thread.getByLabel(t["comments.answer"]).fill("Measured: 4 s");
    await thread.getByRole("button", { name: t["comments.send"] }).click();
    await expect(thread.locator(".answers .said-text")).toHaveText("Measured: 4 s");
    await check(page, "a discussion");
    await thread.locator(".answers").getByRole("button", { name: t["comments.edit"] }).click();
    await thread.locator(".answers").getByLabel(t["comments.text"]).fill("Measured: 3 s");
    await thread.getByRole("button", { name: t["comments.save"] }).click();
    await expect(thread.locator(".answers")).toContainText(t["comments.edited"]);
    expect((await comments(request)).map(({ comment }) => comment.text)).toEqual(["首页太慢\nToo slow?", "Measured: 3 s"]);
    await page.keyboard.press("Escape");

    const row = page.locator(".comment-row");
    await expect(row.getByRole("button")).toHaveCount(1);
    await check(page, "a map that is discussed");
    await row.getByRole("button").focus();
    await page.keyboard.press("Enter");
    await drawer.getByRole("button", { name: t["comments.settle"] }).click();
    await expect(drawer.getByText(t["comments.none"])).toBeVisible();
    await drawer.getByRole("checkbox").check();
    await expect(thread).toHaveClass(/settled/);
    await thread.locator(".said-actions").first().getByRole("button", { name: t["comments.delete"] }).click();
    await check(page, "asked before a comment is deleted");
    await page.getByRole("alertdialog").getByRole("button", { name: t["comments.delete"] }).click();
    await expect(thread).toHaveCount(0);
    expect(await comments(request)).toEqual([]);
    await page.keyboard.press("Escape");
    await expect(row).toHaveCount(0);
  });
}
