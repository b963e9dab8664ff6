/** What `care` ends with; 130 and 143 after SIGINT and SIGTERM, 141 when nobody reads stdout any more (128 + signal). */
export const EXIT = {
  done: 0,
  failed: 1,
  usage: 2,
  interrupted: 130,
  brokenPipe: 141,
  terminated: 143,
} as const;
