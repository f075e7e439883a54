/** A shield with three apricot leaves. */
export function Logo({ size = 24 }: { size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" aria-hidden="true">
      <path d="M16 2 4 6.5v9C4 23 9 28 16 30c7-2 12-7 12-14.500v-9z" fill="var(--primary-fill)" />
      <path
        d="M16 7.500c1.9 2.1 2.9 4.2 2.9 6.100a2.9 2.9 0 1 1-5.8 0c0-1.9 1-4 2.9-6.100zM9.5 15.200c2.7-.2 4.7.5 5.9 2a2.9 2.9 0 0 1-4.5 3.600c-1.2-1.5-1.6-3.3-1.4-5.600zm13 0c-2.7-.2-4.7.5-5.9 2a2.9 2.9 0 0 0 4.5 3.600c1.2-1.5 1.6-3.3 1.4-5.600z"
        fill="var(--on-primary)"
      />
      <circle cx="16" cy="17.6" r="1.7" fill="var(--warn-mark)" />
    </svg>
  );
}
