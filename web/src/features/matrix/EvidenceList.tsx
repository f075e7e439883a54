import { PaperClipOutlined } from '@ant-design/icons';
import { useTranslation } from 'react-i18next';
import type { Schemas } from '@/api/client';
import { useActor } from '@/features/shared/actor';
import { files } from '@/features/shared/paths';
import { WordPill } from '@/features/shared/WordPill';
import { formatSize, formatTime } from '@/i18n/format';
import { useWord } from '@/i18n/words';
import { EmptyState } from '@/ui/states';

/** What the verdict rests on: each piece with its time, its validity and its digest. */
export function EvidenceList({ evidence }: { evidence: readonly Schemas['Evidence'][] }) {
  const { t } = useTranslation();
  const word = useWord();
  const actor = useActor();
  if (evidence.length === 0) return <EmptyState title={t('evidence.none')} hint={t('evidence.noneHint')} />;
  return (
    <ul className="plain stack-v">
      {evidence.map((piece) => (
        <li key={piece.id} className="card">
          <div className="body">
            <div className="row wrap">
              <b>{piece.title}</b>
              <span className="grow" />
              <WordPill group="evidence" code={piece.state} />
            </div>
            <dl className="facts">
              <div>
                <dt>{t('field.kind')}</dt>
                <dd>{word('evidenceKind', piece.kind)}</dd>
              </div>
              <div>
                <dt>{t('evidence.collected')}</dt>
                <dd className="num">
                  {formatTime(piece.collected_at)} {piece.by && actor(piece.by)}
                </dd>
              </div>
              <div>
                <dt>{t('evidence.validUntil')}</dt>
                <dd className="num">{piece.valid_until ? formatTime(piece.valid_until) : t('evidence.noLimit')}</dd>
              </div>
              <div>
                <dt>{t('evidence.digest')}</dt>
                <dd className="mono">{piece.digest}</dd>
              </div>
            </dl>
            {piece.attachments.map((file) => (
              <a key={file.id} href={files.attachment(file.id)} download className="row">
                <PaperClipOutlined aria-hidden /> {file.name} <span className="sub small">{formatSize(file.size_bytes)}</span>
              </a>
            ))}
          </div>
        </li>
      ))}
    </ul>
  );
}
