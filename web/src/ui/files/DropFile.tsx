// Where a file is dropped or picked.
import { FileUp } from "lucide-react";
import { DropZone, FileTrigger, Text } from "react-aria-components";

import { Button } from "../Controls";
import "./files.css";

interface Props {
  title: string;
  /** What the button says. */
  pick: string;
  note: string;
  onFiles: (files: readonly File[]) => void;
}

export function DropFile({ title, pick, note, onFiles }: Props) {
  return (
    <DropZone
      className="drop-zone"
      onDrop={({ items }) => {
        const files = items.flatMap((item) => (item.kind === "file" ? [item.getFile()] : []));
        void Promise.all(files).then(onFiles);
      }}
    >
      <FileUp size={28} aria-hidden />
      <Text slot="label" className="drop-title">
        {title}
      </Text>
      <FileTrigger onSelect={(files) => onFiles([...(files ?? [])])}>
        <Button look="primary">{pick}</Button>
      </FileTrigger>
      <p className="sub">{note}</p>
    </DropZone>
  );
}
