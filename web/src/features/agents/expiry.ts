import { daysFromToday } from '@/i18n/format';

/** From here on the end of a certificate is near enough to be said loudly; agents renew well before. */
const SOON_DAYS = 14;

/** Whether a day has come, or is near. */
export const isNearEnd = (day: string, now?: Date) => day <= daysFromToday(SOON_DAYS, now);
