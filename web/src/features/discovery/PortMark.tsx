import { useTranslation } from 'react-i18next';
import { type Mark, type Port, portName } from './hosts';
import { MARK_SIGNS } from './tones';

/** The word for how a port stands. */
export function useMarkWord() {
  const { t } = useTranslation();
  return (mark: Mark) => t(mark === 'weak' ? 'discovery.weak' : mark === 'unexpected' ? 'discovery.unexpected' : 'discovery.expected');
}

/** A port in a row: its number, and a sign where it is weak or unexpected. */
export function PortMark({ port, mark }: { port: Port; mark: Mark }) {
  const say = useMarkWord();
  const isSaid = mark === 'weak' || mark === 'unexpected';
  const title = [portName(port), port.service, isSaid ? say(mark) : null].filter(Boolean).join(' · ');
  return (
    <span className={`port-mark ${mark}`} title={title}>
      {port.protocol === 'tcp' ? port.port : portName(port)}
      {isSaid && (
        <>
          <i aria-hidden="true">{MARK_SIGNS[mark]}</i>
          <span className="visually-hidden">{say(mark)}</span>
        </>
      )}
    </span>
  );
}
