import { describe, expect, it } from 'vitest';
import { parseObjectLiteral } from '../../../../tools/export/load/object-literal.js';

describe('parseObjectLiteral', () => {
  it('reads what minifiers write', () => {
    const text = `x={a:1,"b c":[!0,!1,null,void 0,],$d:{e_1:-.5,f:1e-7,g:0x0}}`;
    expect(() => parseObjectLiteral(text, 2)).toThrowError(SyntaxError);
    expect(parseObjectLiteral(text.replace('0x0', '2.'), 2)).toEqual({
      a: 1,
      'b c': [true, false, null, null],
      $d: { e_1: -0.5, f: 1e-7, g: 2 },
    });
  });

  it('reads both kinds of strings, with what is escaped in them', () => {
    expect(parseObjectLiteral(`{a:"it's \\"so\\" \\u00e9",b:'say "hi", it\\'s'}`, 0)).toEqual({
      a: 'it\'s "so" é',
      b: 'say "hi", it\'s',
    });
  });

  it('stops where the object ends', () => {
    expect(parseObjectLiteral('{a:[]}},{b:1}', 0)).toEqual({ a: [] });
  });

  it.each(['{a:f()}', '{a:b}', '{a:1 b:2}', '{a', '[1,', '{"a":"', '{...x}', '{[a]:1}', '{a:`x`}'])(
    'runs nothing and refuses %s',
    (text) => {
      expect(() => parseObjectLiteral(text, 0)).toThrowError(SyntaxError);
    },
  );
});
