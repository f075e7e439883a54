import { Drawer } from 'antd';
import { useTranslation } from 'react-i18next';
import type { RejectedRule } from './types';

/** Files of rules that could not be loaded: which line, and why. */
export function RejectedRules({ rejected, open, onClose }: { rejected: readonly RejectedRule[]; open: boolean; onClose: () => void }) {
  const { t } = useTranslation();
  return (
    <Drawer open={open} onClose={onClose} size={640} mask={false} title={t('detection.rejectedTitle')}>
      <p className="sub small">{t('detection.rejectedHint')}</p>
      <table className="tbl">
        <thead>
          <tr>
            <th scope="col">{t('detection.file')}</th>
            <th scope="col" className="end">
              {t('detection.line')}
            </th>
            <th scope="col">{t('detection.reason')}</th>
          </tr>
        </thead>
        <tbody>
          {rejected.map((one) => (
            <tr key={`${one.file} ${one.line} ${one.why}`}>
              <td className="value">
                {one.title && <b>{one.title} </b>}
                <span className="mono">{one.file}</span>
              </td>
              <td className="end num">{one.line > 0 ? one.line : '—'}</td>
              <td>{one.why}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Drawer>
  );
}
