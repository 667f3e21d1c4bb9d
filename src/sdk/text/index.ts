export { checkPrompt, type EncodedPrompt, encodePrompt, type PromptWord } from './encode-prompt.js';
export { TOKENIZER, tokenize } from './tokenize.js';
export { PADDING, Vocabulary } from './vocabulary.js';
