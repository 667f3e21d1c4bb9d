import { defineCommand } from 'citty';

export const dataCommand = defineCommand({
  meta: { name: 'data', description: 'Build and check data sets' },
  subCommands: {
    check: () => import('./data-check.js').then((module) => module.dataCheckCommand),
    embeddings: () => import('./data-embeddings.js').then((module) => module.dataEmbeddingsCommand),
    emoji: () => import('./data-emoji.js').then((module) => module.dataEmojiCommand),
  },
});
