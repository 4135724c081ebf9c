// What people say to each other about this map, in threads: said, answered, settled.
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { addComment, changeComment, commentsKey, commentsQuery, deleteComment } from "../../api/comments";
import type { Comment, Journey, SeenComment } from "../../api/types";
import { useActor } from "../../ui/actor";
import { Allowed } from "../../ui/Allowed";
import { Ask } from "../../ui/Ask";
import { Button, Picker } from "../../ui/Controls";
import { Drawer } from "../../ui/Drawer";
import { TextField } from "../../ui/Fields";
import { useFormat } from "../../ui/format";
import { sentence, useLocalized } from "../../ui/language";
import { useMay } from "../../ui/rights";
import { Failure } from "../../ui/States";
import type { About, Thread } from "./threads";
import { aboutKey, isOpen, threadsOf } from "./threads";
import "./comments.css";

interface Props {
  workspace: string;
  zone: string;
  journey: Journey;
  /** The stage it was opened at. */
  stage?: string | undefined;
  onClose: () => void;
}

const ALL = "*";
const MAP = aboutKey({});

export default function Comments({ workspace, zone, journey, stage, onClose }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const list = useQuery(commentsQuery(workspace, journey.id));
  const [at, setAt] = useState(stage === undefined ? ALL : aboutKey({ stage }));
  const [settled, setSettled] = useState(false);
  const name = useAbout(journey);
  const threads = threadsOf(list.data?.comments ?? []).filter(({ first }) => at === ALL || aboutKey(stageOf(first)) === at);
  const shown = threads.filter((thread) => settled || isOpen(thread));
  const hidden = threads.length - threads.filter(isOpen).length;
  return (
    <Drawer title={t("comments.title")} onClose={onClose}>
      <div className="comments-scope">
        <Picker
          label={t("comments.about")}
          value={at}
          choices={[{ id: ALL, label: t("comments.everything") }, { id: MAP, label: t("comments.map") }, ...journey.stages.map(({ id }) => ({ id: aboutKey({ stage: id }), label: name({ stage: id }) }))]}
          onChange={setAt}
        />
        {hidden > 0 && (
          <label className="comments-settled">
            <input type="checkbox" checked={settled} onChange={(event) => setSettled(event.target.checked)} />
            {t("comments.showSettled", { count: hidden, n: format.whole(hidden) })}
          </label>
        )}
      </div>
      {list.error && <Failure error={list.error} retry={() => void list.refetch()} />}
      {list.data && shown.length === 0 && <p className="sub">{t("comments.none")}</p>}
      <ol className="threads">
        {shown.map((thread) => (
          <ThreadItem key={thread.first.id} workspace={workspace} zone={zone} journey={journey.id} thread={thread} about={name(aboutOf(thread.first))} />
        ))}
      </ol>
      <Allowed to="comment" said>
        <Write key={at} workspace={workspace} journey={journey} about={journey.stages.map(({ id }) => ({ stage: id })).find((each) => aboutKey(each) === at) ?? {}} />
      </Allowed>
    </Drawer>
  );
}

function stageOf({ comment: { stage } }: SeenComment): About {
  return stage == null ? {} : { stage };
}

function aboutOf({ comment: { stage, touchpoint } }: SeenComment): About {
  return { ...(stage == null ? {} : { stage }), ...(touchpoint == null ? {} : { touchpoint }) };
}

/** What a comment is about, in words; what the map has no more goes by its id. */
function useAbout(journey: Journey): (about: About) => string {
  const { t } = useTranslation();
  const localized = useLocalized();
  return ({ stage, touchpoint }) => {
    if (stage === undefined) return t("comments.map");
    const found = journey.stages.find(({ id }) => id === stage);
    const within = found?.touchpoints.find(({ id }) => id === touchpoint);
    return [localized(found?.name) || stage, ...(touchpoint === undefined ? [] : [localized(within?.name) || touchpoint])].join(" · ");
  };
}

/** Something done to the comments of a journey, after which they are read again. */
function useAct<Of>(workspace: string, journey: string, act: (of: Of) => Promise<unknown>, done?: () => void) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: act,
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: commentsKey(workspace, journey) });
      done?.();
    },
  });
}

/** A form for words; kept where they stand until the server has them. */
function Words({ label, begin, send, run, onDone }: { label: string; begin: string; send: string; run: (text: string) => Promise<unknown>; onDone?: () => void }) {
  const { t } = useTranslation();
  const [text, setText] = useState(begin);
  const sending = useMutation({
    mutationFn: () => run(text.trim()),
    onSuccess: () => {
      setText(begin);
      onDone?.();
    },
  });
  const ready = text.trim() !== "" && text.trim() !== begin && !sending.isPending;
  return (
    <form
      className="comment-form"
      onSubmit={(event) => {
        event.preventDefault();
        if (ready) sending.mutate();
      }}
    >
      <TextField label={label} value={text} onChange={setText} lines={3} />
      {sending.error && <Failure error={sending.error} />}
      <div className="form-actions">
        <Button type="submit" look="primary" isDisabled={!ready}>
          {send}
        </Button>
        {onDone && <Button onPress={onDone}>{t("common.cancel")}</Button>}
      </div>
    </form>
  );
}

function Write({ workspace, journey, about }: { workspace: string; journey: Journey; about: About }) {
  const { t } = useTranslation();
  const name = useAbout(journey);
  const client = useQueryClient();
  const places: About[] = [{}, ...journey.stages.flatMap(({ id, touchpoints }) => [{ stage: id }, ...touchpoints.map((touchpoint) => ({ stage: id, touchpoint: touchpoint.id }))])];
  const [at, setAt] = useState(aboutKey(about));
  const place = places.find((each) => aboutKey(each) === at) ?? {};
  return (
    <section className="comment-new" aria-label={t("comments.new")}>
      <Picker label={t("comments.newAbout")} value={at} choices={places.map((each) => ({ id: aboutKey(each), label: name(each) }))} onChange={setAt} />
      <Words
        label={t("comments.text")}
        begin=""
        send={t("comments.send")}
        run={async (text) => {
          await addComment(workspace, journey.id, { text, ...place });
          await client.invalidateQueries({ queryKey: commentsKey(workspace, journey.id) });
        }}
      />
    </section>
  );
}

function ThreadItem({ workspace, zone, journey, thread: { first, answers }, about }: { workspace: string; zone: string; journey: string; thread: Thread; about: string }) {
  const { t } = useTranslation();
  const actor = useActor();
  const format = useFormat();
  const [answering, setAnswering] = useState(false);
  const open = first.resolved_at_us == null;
  const settle = useAct(workspace, journey, () => changeComment(workspace, first.id, { resolved: open }));
  const answer = useAct<Comment>(workspace, journey, (comment) => addComment(workspace, journey, comment));
  return (
    <li className={open ? "thread" : "thread settled"}>
      <p className="thread-about">{about}</p>
      <Said workspace={workspace} zone={zone} seen={first} />
      {answers.length > 0 && (
        <ol className="answers">
          {answers.map((seen) => (
            <li key={seen.id}>
              <Said workspace={workspace} zone={zone} seen={seen} />
            </li>
          ))}
        </ol>
      )}
      {!open && <p className="sub">{t("comments.settledBy", { name: actor(first.resolved_by), at: format.dateTime(first.resolved_at_us ?? 0, zone) })}</p>}
      {settle.error && <Failure error={settle.error} />}
      <Allowed to="comment">
        {answering ? (
          <Words label={t("comments.answer")} begin="" send={t("comments.send")} run={(text) => answer.mutateAsync({ text, reply_to: first.id })} onDone={() => setAnswering(false)} />
        ) : (
          <div className="thread-actions">
            <Button onPress={() => setAnswering(true)}>{t("comments.answer")}</Button>
            <Button isDisabled={settle.isPending} onPress={() => settle.mutate(undefined)}>
              {t(open ? "comments.settle" : "comments.reopen")}
            </Button>
          </div>
        )}
      </Allowed>
    </li>
  );
}

function Said({ workspace, zone, seen }: { workspace: string; zone: string; seen: SeenComment }) {
  const { t } = useTranslation();
  const actor = useActor();
  const format = useFormat();
  const may = useMay();
  const [doing, setDoing] = useState<"edit" | "delete" | null>(null);
  const { id, journey, comment, created_by: by, created_at_us: at, edited_at_us: edited, mine } = seen;
  const done = () => setDoing(null);
  const edit = useAct<string>(workspace, journey, (text) => changeComment(workspace, id, { text }));
  const remove = useAct<void>(workspace, journey, () => deleteComment(workspace, id), done);
  return (
    <article className="said">
      <p className="said-by">
        <strong>{sentence(actor(by))}</strong>
        <span className="sub">
          {format.dateTime(at, zone)}
          {edited != null && ` · ${t("comments.edited")}`}
        </span>
      </p>
      {doing === "edit" ? (
        <Words label={t("comments.text")} begin={comment.text} send={t("comments.save")} run={(text) => edit.mutateAsync(text)} onDone={done} />
      ) : (
        <p className="said-text">{comment.text}</p>
      )}
      {doing === null && (mine || may("manage_members")) && (
        <p className="said-actions">
          {mine && (
            <Button look="quiet" onPress={() => setDoing("edit")}>
              {t("comments.edit")}
            </Button>
          )}
          <Button look="quiet" onPress={() => setDoing("delete")}>
            {t("comments.delete")}
          </Button>
        </p>
      )}
      {doing === "delete" && (
        <Ask title={t("comments.deleteTitle")} action={t("comments.delete")} run={remove} onClose={done}>
          <p>{t(comment.reply_to == null ? "comments.deleteThread" : "comments.deleteAnswer")}</p>
        </Ask>
      )}
    </article>
  );
}
