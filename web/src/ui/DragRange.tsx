import { type PointerEvent, type ReactNode, useRef, useState } from 'react';
import './dragrange.css';

type Props = {
  children: ReactNode;
  /** How many equal places lie between the margins. */
  count: number;
  margin: { left: number; right: number };
  /** A click chooses one place, a drag several. */
  onChoose: (first: number, last: number) => void;
};

/** The place under a point; points beside the picture belong to its nearest place. */
export function placeAt(x: number, width: number, count: number, margin: Props['margin']): number {
  const share = (x - margin.left) / Math.max(1, width - margin.left - margin.right);
  return Math.max(0, Math.min(count - 1, Math.floor(share * count)));
}

/** A stretch of a picture, chosen with the pointer. Whoever has none finds the same in buttons beside it. */
export function DragRange({ children, count, margin, onChoose }: Props) {
  const ref = useRef<HTMLDivElement>(null);
  const [drag, setDrag] = useState<{ first: number; last: number } | null>(null);
  const place = (event: PointerEvent) => {
    const box = ref.current?.getBoundingClientRect();
    return box ? placeAt(event.clientX - box.left, box.width, count, margin) : 0;
  };
  const begin = (event: PointerEvent<HTMLDivElement>) => {
    if (event.button !== 0 || count === 0) return;
    event.currentTarget.setPointerCapture(event.pointerId);
    const at = place(event);
    setDrag({ first: at, last: at });
  };
  const end = () => {
    if (drag) onChoose(Math.min(drag.first, drag.last), Math.max(drag.first, drag.last));
    setDrag(null);
  };
  const low = drag ? Math.min(drag.first, drag.last) : 0;
  const places = drag ? Math.abs(drag.last - drag.first) + 1 : 0;
  return (
    <div
      ref={ref}
      className="drag-range"
      onPointerDown={begin}
      onPointerMove={(event) => drag && setDrag({ ...drag, last: place(event) })}
      onPointerUp={end}
      onPointerCancel={() => setDrag(null)}
    >
      {children}
      {drag && (
        <span className="drag-frame" style={{ left: margin.left, right: margin.right }}>
          <i style={{ left: `${(low / count) * 100}%`, width: `${(places / count) * 100}%` }} />
        </span>
      )}
    </div>
  );
}
