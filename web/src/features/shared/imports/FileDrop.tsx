import { InboxOutlined } from '@ant-design/icons';
import { type DragEvent, useId, useState } from 'react';
import './imports.css';

type Props = { label: string; hint?: string; accept: string } & (
  | { onFile: (file: File) => void; onFiles?: never }
  | { onFiles: (files: File[]) => void; onFile?: never }
);

/** A field for one file, or for several: chosen, or dropped upon it. */
export function FileDrop({ label, hint, accept, onFile, onFiles }: Props) {
  const id = useId();
  const [over, setOver] = useState(false);
  const take = (list: FileList | null) => {
    const [first, ...rest] = list ?? [];
    if (!first) return;
    if (onFile) onFile(first);
    else onFiles([first, ...rest]);
  };
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    take(event.dataTransfer.files);
  };
  return (
    <label
      htmlFor={id}
      className={`file-drop${over ? ' over' : ''}`}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={drop}
    >
      <InboxOutlined aria-hidden />
      <b>{label}</b>
      {hint && <span className="sub small">{hint}</span>}
      <input
        id={id}
        type="file"
        accept={accept}
        multiple={onFiles !== undefined}
        onChange={(event) => {
          take(event.target.files);
          event.target.value = '';
        }}
      />
    </label>
  );
}
