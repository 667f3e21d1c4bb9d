/** What is imported: a full-size release with everything that belongs to it. */
export const CASE_NAMES = ['attngan', 'stackgan-pp', 'stackgan'] as const;
export type CaseName = (typeof CASE_NAMES)[number];

/** Files in a folder, as `importModel` takes them. */
export interface CaseFiles {
  generator: string;
  textEncoder: string;
  vocabulary?: string;
  imageEncoder?: string;
}
