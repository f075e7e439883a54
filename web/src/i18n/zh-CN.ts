import assessment from './zh-CN/assessment.json';
import common from './zh-CN/common.json';
import detection from './zh-CN/detection.json';
import discovery from './zh-CN/discovery.json';
import fields from './zh-CN/fields.json';
import hosts from './zh-CN/hosts.json';
import inspection from './zh-CN/inspection.json';
import logInputs from './zh-CN/log-inputs.json';
import logs from './zh-CN/logs.json';
import plan from './zh-CN/plan.json';
import problems from './zh-CN/problems.json';
import records from './zh-CN/records.json';
import words from './zh-CN/words.json';
import detectionWords from './zh-CN/words-detection.json';
import inspectionWords from './zh-CN/words-inspection.json';
import logWords from './zh-CN/words-logs.json';

/** Simplified Chinese: written first, and the source of the types. */
export const zh = {
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
export type Messages = typeof zh;
