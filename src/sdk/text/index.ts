export { CHARACTER_TOKENIZER } from './characters.js';
export { encodeCharacters } from './encode-characters.js';
export { checkPrompt, type EncodedPrompt, encodePrompt, type PromptWord } from './encode-prompt.js';
export { TOKENIZER, tokenize } from './tokenize.js';
export { tokenizeOfficial } from './tokenize-official.js';
export { PADDING, Vocabulary } from './vocabulary.js';
