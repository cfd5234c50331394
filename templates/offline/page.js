(() => {
  const pinned = JSON.parse(document.getElementById('pinned').textContent);
  const form = document.getElementById('form'), result = document.getElementById('result');
  const words = {valid: 'Valid', not_valid: 'Not valid', could_not_check: 'Could not check'};
  const names = {format: 'Format', signature: 'Signature', dates: 'Dates', status: 'Not revoked', lines: 'Hours shown', log: 'Public log'};
  const add = (parent, tag, text) => parent.appendChild(Object.assign(document.createElement(tag), {textContent: text}));
  const hours = minutes => `${Math.floor(minutes / 60)} h${minutes % 60 ? ` ${minutes % 60} min` : ''}`;

  // A picture carries the certificate in a chunk (PNG) or an element (SVG).
  function unbake(data) {
    const text = new TextDecoder().decode(data);
    if(data[0] === 0x89 && text.slice(1, 4) === 'PNG') {
      const view = new DataView(data.buffer, data.byteOffset);
      for(let at = 8; at + 12 <= data.length;) {
        const size = view.getUint32(at), mark = 'openbadgecredential\0\0\0\0\0';
        const chunk = new TextDecoder().decode(data.subarray(at + 8, at + 8 + size));
        if(chunk.startsWith(mark)) { return chunk.slice(mark.length); }
        at += size + 12;
      }
    }
    if(text.includes('<openbadges:credential')) {
      const drawing = new DOMParser().parseFromString(text, 'image/svg+xml');
      return drawing.getElementsByTagNameNS('https://purl.imsglobal.org/ob/v3p0', 'credential')[0]?.textContent ?? text;
    }
    return text;
  }

  function show({outcome, checks, says}) {
    result.replaceChildren();
    result.className = outcome;
    add(result, 'h2', words[outcome]);
    if(says) {
      const facts = add(result, 'dl', '');
      for(const [name, value] of [['Holder', says.holder], ['Award', says.title], ['Hours', says.minutes ? hours(says.minutes) : ''], ['Licence', says.licence], ['School', says.school], ['Issued', says.issued], ['Link', says.link]]) {
        if(value) { add(facts, 'dt', name); add(facts, 'dd', value); }
      }
      for(const line of says.lines ?? []) {
        add(facts, 'dt', line.kind === 'session' ? line.date : line.kind === 'subject' ? 'Subject' : 'In all');
        add(facts, 'dd', `${line.subject ?? ''} ${hours(line.minutes)}`.trim());
      }
    }
    const found = add(result, 'ul', '');
    for(const {name, outcome: how, detail} of checks) { add(found, 'li', `${names[name]}: ${how === 'valid' ? 'yes' : words[how].toLowerCase()}. ${detail}`); }
    result.hidden = false;
  }

  form.addEventListener('submit', async event => {
    event.preventDefault();
    const file = form.file?.files[0] ?? document.getElementById('file').files[0];
    const text = file ? unbake(new Uint8Array(await file.arrayBuffer())) : document.getElementById('text').value;
    show(await globalThis.palmarVerify(text, pinned, Date.now()));
  });
})();
