// How much is being discussed at each stage; nothing where nothing is.
import { useQuery } from "@tanstack/react-query";
import { MessageSquare } from "lucide-react";
import { useTranslation } from "react-i18next";

import { commentsQuery } from "../../api/comments";
import { Button } from "../../ui/Controls";
import { useFormat } from "../../ui/format";
import { useLocalized } from "../../ui/language";
import { useFrame } from "./frame";
import { openAt, threadsOf } from "./threads";

export function CommentRow({ onOpen }: { onOpen: (stage: string) => void }) {
  const { t } = useTranslation();
  const format = useFormat();
  const localized = useLocalized();
  const { map, workspace } = useFrame();
  const threads = threadsOf(useQuery(commentsQuery(workspace, map.journey.id)).data?.comments ?? []);
  const open = map.stages.map((stage) => ({ stage, count: openAt(threads, stage.stage).length }));
  if (open.every(({ count }) => count === 0)) return null;
  return (
    <tr className="comment-row">
      <th scope="row">{t("comments.title")}</th>
      {open.map(({ stage, count }) => (
        <td key={stage.stage}>
          {count > 0 ? (
            <Button look="quiet" aria-label={t("comments.at", { name: localized(stage.name), count, n: format.whole(count) })} onPress={() => onOpen(stage.stage)}>
              <MessageSquare size={14} aria-hidden />
              {format.whole(count)}
            </Button>
          ) : (
            <span className="visually-hidden">{t("lane.nothing")}</span>
          )}
        </td>
      ))}
    </tr>
  );
}
