// What someone may hold: a certificate's text, a picture or a PDF that carries
// it, or the code that stands on paper.
const BAKED = 'openbadgecredential\0\0\0\0\0', BAKED_SPACE = 'https://purl.imsglobal.org/ob/v3p0';
const MOST_ATTACHED = 4 << 20, MOST_ATTACHMENTS = 20;
const ascii = data => new TextDecoder('latin1').decode(data); // a character a byte
const begins = (data, text) => [...text].every((c, i) => data[i] === c.charCodeAt(0));

// kindOf tells a file by its first bytes.
function kindOf(data) {
  if(begins(data, '\x89PNG\r\n\x1a\n')) { return 'png'; }
  if(begins(data, '\xff\xd8\xff') || begins(data, 'GIF8') || begins(data, 'RIFF') || begins(data, 'BM') || ascii(data.subarray(4, 8)) === 'ftyp') { return 'picture'; }
  if(ascii(data.subarray(0, 1024)).includes('%PDF-')) { return 'pdf'; }
  return 'text';
}

// fromPNG gives what is baked into a chunk of a picture.
function fromPNG(data) {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  for(let at = 8; at + 12 <= data.length;) {
    const size = view.getUint32(at), chunk = data.subarray(at + 8, at + 8 + size);
    if(size > data.length - at - 12) { break; }
    if(ascii(data.subarray(at + 4, at + 8)) === 'iTXt' && begins(chunk, BAKED)) { return new TextDecoder().decode(chunk.subarray(BAKED.length)); }
    at += size + 12;
  }
  return null;
}

// fromSVG gives what is baked into an element of a drawing.
function fromSVG(text) {
  const element = new DOMParser().parseFromString(text, 'image/svg+xml').getElementsByTagNameNS(BAKED_SPACE, 'credential')[0];
  return element ? element.getAttribute('verify') || element.textContent : null;
}

// fromPDF gives the attached certificate of a PDF.
async function fromPDF(data) {
  const text = ascii(data), found = new Set();
  let n = 0;
  for(const {index} of text.matchAll(/\/Type\s*\/EmbeddedFile\b/g)) {
    if(++n > MOST_ATTACHMENTS) { break; }
    const start = text.lastIndexOf(' obj', index), head = /stream\r?\n/g;
    head.lastIndex = index;
    const opened = head.exec(text);
    if(start < 0 || !opened) { continue; }
    const about = text.slice(start, opened.index), begin = opened.index + opened[0].length;
    const length = /\/Length\s+(\d+)(?!\s+\d+\s+R)\b/.exec(about);
    const end = length ? begin + Number(length[1]) : text.indexOf('endstream', begin);
    let file = data.subarray(begin, Math.max(begin, end));
    try {
      if(/\/FlateDecode\b/.test(about)) { file = await unpack(file, 'deflate', MOST_ATTACHED); }
    } catch { continue; }
    const inside = new TextDecoder().decode(file).trim();
    if(isJWT(inside) || inside[0] === '{') { found.add(inside); }
  }
  if(found.size > 1) { unknown('reason.pdf_has_several'); }
  return [...found][0] ?? null;
}

// readFile gives {text, kind}: the text of the certificate in a file, and what the
// file is. A picture without text may show a code.
async function readFile(data) {
  const kind = kindOf(data);
  switch(kind) {
  case 'png': return {kind, text: fromPNG(data)};
  case 'picture': return {kind, text: null};
  case 'pdf': return {kind, text: await fromPDF(data) ?? unknown('reason.pdf_has_none')};
  }
  const text = trimmed(decoded(data));
  return text[0] === '<' ? {kind: 'svg', text: fromSVG(text) ?? unknown('reason.no_certificate')} : {kind, text};
}

// decoded reads text, whichever encoding of Unicode it is in.
function decoded(data) {
  const wide = /^(?:\xff\xfe|[\t\n\r -~]\0[\t\n\r -~]\0)/s, wideBig = /^(?:\xfe\xff|\0[\t\n\r -~]\0[\t\n\r -~])/s, start = ascii(data.subarray(0, 4));
  const encoding = wide.test(start) ? 'utf-16le' : wideBig.test(start) ? 'utf-16be' : 'utf-8';
  try { return new TextDecoder(encoding, {fatal: true}).decode(data); } catch { unknown('reason.not_utf8'); }
}

const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ', CODE_LENGTH = 28;

// codeOf reads a code, or the link that ends in one, as it stands in links; null
// is none. Its last character checks the others.
function codeOf(text) {
  const last = /^https?:\/\/[^\s?#]+\/c\/([^\s/?#]+)\/?$/.exec(text.trim())?.[1] ?? text;
  const code = last.toUpperCase().replace(/[\s\u2010-\u2014_.-]/g, '').replaceAll('O', '0').replace(/[IL]/g, '1');
  const values = [...code].map(c => ALPHABET.indexOf(c));
  if(values.length !== CODE_LENGTH || values.includes(-1)) { return null; }
  let sum = 0;
  for(const value of values.slice(0, -1)) {
    sum = (sum ^ value) << 1;
    if(sum & 32) { sum ^= 0b100101; }
  }
  return sum === values.at(-1) ? code : null;
}
