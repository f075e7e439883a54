import assessment from './en-US/assessment.json';
import common from './en-US/common.json';
import detection from './en-US/detection.json';
import discovery from './en-US/discovery.json';
import fields from './en-US/fields.json';
import hosts from './en-US/hosts.json';
import inspection from './en-US/inspection.json';
import logInputs from './en-US/log-inputs.json';
import logs from './en-US/logs.json';
import plan from './en-US/plan.json';
import problems from './en-US/problems.json';
import records from './en-US/records.json';
import words from './en-US/words.json';
import detectionWords from './en-US/words-detection.json';
import inspectionWords from './en-US/words-inspection.json';
import logWords from './en-US/words-logs.json';
import type { Messages } from './zh-CN';

/** English; a missing key does not compile. */
export const en: Messages = {
  ...common,
  ...problems,
  ...fields,
  ...records,
  ...assessment,
  ...inspection,
  ...detection,
  ...discovery,
  ...hosts,
  ...logs,
  ...logInputs,
  ...plan,
  word: { ...words.word, ...detectionWords, ...inspectionWords, ...logWords },
};
