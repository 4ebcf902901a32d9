/** What a statement never exceeds, so that no file can take the memory or the minutes of everybody else. */
export const LIMITS = {
  fileBytes: 20 * 1024 * 1024,
  /** Lines of the table. */
  lines: 250_000,
  /** Rows of the file, with its headers, footers and empty rows. */
  rows: 260_000,
  columns: 64,
  recordBytes: 64 * 1024,
  zipEntries: 500,
  /** What a workbook may unpack to, all its parts together. */
  unzippedBytes: 160 * 1024 * 1024,
} as const;
