(() => {
  const pinned = JSON.parse(document.getElementById('pinned').textContent);
  const [form, result, input, area, camera, view, scanned] = ['form', 'result', 'file', 'text', 'camera', 'view', 'scanned'].map(id => document.getElementById(id));
  const words = {valid: 'Valid', not_valid: 'Not valid', could_not_check: 'Could not check'};
  const names = {file: 'File', code: 'Code', format: 'Format', signature: 'Signature', dates: 'Dates', status: 'Not revoked', suspension: 'Not suspended', lines: 'Hours shown', log: 'Public log'};
  const add = (parent, tag, text) => parent.appendChild(Object.assign(document.createElement(tag), {textContent: text}));
  const hours = minutes => `${Math.floor(minutes / 60)} h${minutes % 60 ? ` ${minutes % 60} min` : ''}`;
  const served = /^https?:$/.test(location.protocol) && location.pathname.endsWith('/verify/offline');
  let code = null, picked = null; // what was scanned, and the text of the file beside it

  function show({outcome, checks, says}) {
    result.replaceChildren();
    result.className = outcome;
    add(result, 'h2', words[outcome]);
    if(says) {
      const facts = add(result, 'dl', '');
      for(const [name, value] of [['Holder', says.holder], ['Award', says.title], ['Hours', says.minutes ? hours(says.minutes) : ''], ['License', says.license], ['School', says.school], ['Issued', says.issued], ['Link', says.link]]) {
        if(value) { add(facts, 'dt', name); add(facts, 'dd', value); }
      }
      for(const line of says.lines ?? []) {
        add(facts, 'dt', line.kind === 'session' ? line.date : line.kind === 'subject' ? 'Subject' : 'In all');
        add(facts, 'dd', `${line.subject ?? ''} ${hours(line.minutes)}`.trim());
      }
    }
    const found = add(result, 'ul', '');
    for(const {name, outcome: how, detail} of checks) { add(found, 'li', `${names[name]}: ${how === 'valid' ? 'yes' : words[how].toLowerCase()}. ${detail}`); }
    if(code && !picked && served) { offerFetch(); }
    result.hidden = false;
  }

  // A code alone says nothing. Where the page comes from the site, the site may
  // have the package; a saved page asks nobody.
  function offerFetch() {
    const button = Object.assign(add(result, 'button', 'Ask this site for its package'), {type: 'button'});
    button.addEventListener('click', async () => {
      try {
        const answer = await fetch(new URL(`../c/${code}/package.json`, location.href), {credentials: 'omit', redirect: 'error'});
        if(!answer.ok) { throw new Error(answer.status === 404 ? 'this site knows no certificate with this code' : `the site answered ${answer.status}`); }
        picked = await answer.text();
        await judge();
      } catch(e) { failed(e.message); }
    });
  }

  const failed = detail => show({outcome: 'could_not_check', checks: [{name: 'file', outcome: 'could_not_check', detail}], says: null});

  async function judge() { show(await globalThis.palmarVerify(picked ?? '', pinned, Date.now(), code)); }

  function took(text) {
    const found = codeOf(text);
    if(!found && !isJWT(text) && text.trim()[0] !== '{') { throw new Error('what was scanned is no code of a certificate'); }
    if(found) { code = found; } else { picked = text; }
    scanned.hidden = !code;
    scanned.firstElementChild.textContent = code ? code.match(/.{4}/g).join('-') : '';
  }

  // readPicture looks for a code in a picture: the browser's way, or our own in
  // several sizes.
  async function readPicture(source, width, height, patience) {
    if(globalThis.BarcodeDetector) {
      const found = await new BarcodeDetector({formats: ['qr_code']}).detect(source).catch(() => []);
      if(found.length > 0) { return found[0].rawValue; }
    }
    const canvas = document.createElement('canvas'), pen = canvas.getContext('2d', {willReadFrequently: true});
    for(const most of patience > 100 ? [1600, 800, 400] : [800]) {
      const scale = Math.min(1, most / Math.max(width, height));
      [canvas.width, canvas.height] = [Math.max(1, Math.round(width * scale)), Math.max(1, Math.round(height * scale))];
      pen.fillStyle = '#fff'; // a drawing may have no paper
      pen.fillRect(0, 0, canvas.width, canvas.height);
      pen.drawImage(source, 0, 0, canvas.width, canvas.height);
      try { return decodeQR(pen.getImageData(0, 0, canvas.width, canvas.height), {timeLimit: patience}); } catch { /* none at this size */ }
    }
    return null;
  }

  async function take(file) {
    const text = await readFile(new Uint8Array(await file.arrayBuffer()));
    if(text !== null) { picked = text; return; }
    const picture = await createImageBitmap(file).catch(() => { throw new Error('this picture cannot be read'); });
    const found = await readPicture(picture, picture.width, picture.height, 2000);
    if(found === null) { throw new Error('no certificate and no code was found in the picture'); }
    took(found);
  }

  form.addEventListener('submit', async event => {
    event.preventDefault();
    picked = null;
    try {
      for(const file of input.files) { await take(file); }
      if(picked === null && area.value.trim() !== '') {
        if(codeOf(area.value)) { took(area.value); } else { picked = area.value; }
      }
      await judge();
    } catch(e) { failed(e.message); }
  });

  scanned.querySelector('button').addEventListener('click', () => { code = null; scanned.hidden = true; });

  let stream = null;
  function stop() {
    for(const track of stream?.getTracks() ?? []) { track.stop(); }
    stream = view.srcObject = null;
    view.hidden = true;
    camera.textContent = 'Scan a code with the camera';
  }

  async function look() {
    if(!stream) { return; }
    const found = view.videoWidth ? await readPicture(view, view.videoWidth, view.videoHeight, 60) : null;
    if(found === null || !stream) { setTimeout(look, 150); return; }
    stop();
    picked = null;
    try { took(found); await judge(); } catch(e) { failed(e.message); }
  }

  if(navigator.mediaDevices?.getUserMedia) {
    camera.hidden = false;
    camera.addEventListener('click', async () => {
      if(stream) { stop(); return; }
      try {
        stream = await navigator.mediaDevices.getUserMedia({video: {facingMode: 'environment'}});
      } catch { failed('the camera cannot be used: allow it, or choose a photo of the code'); return; }
      view.srcObject = stream;
      view.hidden = false;
      camera.textContent = 'Stop the camera';
      await view.play();
      look();
    });
  }
})();
