import assessment from './zh-CN/assessment.json';
import common from './zh-CN/common.json';
import fields from './zh-CN/fields.json';
import inspection from './zh-CN/inspection.json';
import plan from './zh-CN/plan.json';
import problems from './zh-CN/problems.json';
import records from './zh-CN/records.json';
import words from './zh-CN/words.json';

/** Simplified Chinese: written first, and the source of the types. */
export const zh = { ...common, ...problems, ...fields, ...words, ...records, ...assessment, ...inspection, ...plan };
export type Messages = typeof zh;
