(() => {
  const pinned = JSON.parse(document.getElementById('pinned').textContent);
  const [form, result, input, area, camera, view, scanned] = ['form', 'result', 'file', 'text', 'camera', 'view', 'scanned'].map(id => document.getElementById(id));
  speak(JSON.parse(document.getElementById('words').textContent), document.documentElement.lang);
  const outcomes = {valid: 'offline.outcome.valid', not_valid: 'offline.outcome.not_valid', could_not_check: 'offline.outcome.could_not_check'};
  const names = {file: 'offline.check.file', code: 'offline.check.code', format: 'offline.check.format', issuer: 'offline.check.issuer', signature: 'offline.check.signature', dates: 'offline.check.dates',
    status: 'offline.check.status', suspension: 'offline.check.suspension', lines: 'offline.check.lines', log: 'offline.check.log'};
  const add = (parent, tag, text) => parent.appendChild(Object.assign(document.createElement(tag), {textContent: text}));
  const served = /^https?:$/.test(location.protocol) && location.pathname.endsWith('/verify/offline');
  let code = null, picked = null, printed = false; // what was scanned, the text of the file beside it, and whether that was a PDF

  function show({outcome, checks, says}) {
    result.replaceChildren();
    result.className = outcome;
    add(result, 'h2', say(outcomes[outcome]));
    if(says) { showFacts(says); }
    if(says && printed) { add(result, 'p', say('offline.compare_print', {name: says.holder})); }
    const found = add(result, 'ul', '');
    for(const line of checks) { add(found, 'li', finding(line)); }
    if(code && !picked && served) { offerFetch(); }
    result.hidden = false;
  }

  function showFacts(says) {
    const facts = add(result, 'dl', '');
    const fact = (name, value) => { if(value) { add(facts, 'dt', name); add(facts, 'dd', value); } };
    fact(say('offline.fact.holder'), says.holder);
    fact(say('offline.fact.award'), says.title);
    fact(say('offline.fact.hours'), says.minutes ? lasting(says.minutes) : '');
    fact(say('offline.fact.license'), says.license);
    fact(say('offline.fact.school'), says.school);
    fact(say('offline.fact.issued'), written(says.issued));
    fact(say('offline.fact.link'), says.link);
    for(const {kind, date, subject, minutes} of says.lines ?? []) {
      fact(kind === 'session' ? written(date) : say(kind === 'subject' ? 'offline.fact.subject' : 'offline.fact.total'), `${subject ?? ''} ${lasting(minutes)}`.trim());
    }
  }

  function finding({name, outcome, detail}) {
    const check = say(names[name]);
    switch(outcome) {
    case 'valid': return say('offline.finding.valid', {check, detail});
    case 'not_valid': return say('offline.finding.not_valid', {check, detail});
    }
    return say('offline.finding.could_not_check', {check, detail});
  }

  // A code alone says nothing. Where the page comes from the site, the site may
  // have the package; a saved page asks nobody.
  function offerFetch() {
    const button = Object.assign(add(result, 'button', say('offline.ask_site')), {type: 'button'});
    button.addEventListener('click', async () => {
      try {
        const answer = await fetch(new URL(`../c/${code}/package.json`, location.href), {credentials: 'omit', redirect: 'error'}).catch(() => unknown('offline.site_unreachable'));
        if(answer.status === 404) { unknown('offline.site_has_none'); }
        if(!answer.ok) { unknown('offline.site_failed', {status: String(answer.status)}); }
        picked = await answer.text();
        await judge();
      } catch(e) { failed(reasonOf(e)); }
    });
  }

  const failed = why => show({outcome: 'could_not_check', checks: [checkOf('file', 'could_not_check', why)], says: null});

  async function judge() { show(await globalThis.palmarVerify(picked ?? '', pinned, Date.now(), code)); }

  function took(text) {
    const found = codeOf(text);
    if(!found && !isJWT(text) && text.trim()[0] !== '{') { unknown('offline.not_our_code'); }
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
    const {text, kind} = await readFile(new Uint8Array(await file.arrayBuffer()));
    if(text !== null) {
      if(codeOf(text)) { took(text); } else { [picked, printed] = [text, kind === 'pdf']; }
      return;
    }
    const picture = await createImageBitmap(file).catch(() => unknown('offline.picture_unreadable'));
    const found = await readPicture(picture, picture.width, picture.height, 2000);
    if(found === null) { unknown('offline.picture_has_none'); }
    took(found);
  }

  form.addEventListener('submit', async event => {
    event.preventDefault();
    [picked, printed] = [null, false];
    try {
      for(const file of input.files) { await take(file); }
      if(picked === null && area.value.trim() !== '') {
        if(codeOf(area.value)) { took(area.value); } else { picked = area.value; }
      }
      await judge();
    } catch(e) { failed(reasonOf(e)); }
  });

  scanned.querySelector('button').addEventListener('click', () => { code = null; scanned.hidden = true; });

  let stream = null;
  function stop() {
    for(const track of stream?.getTracks() ?? []) { track.stop(); }
    stream = view.srcObject = null;
    view.hidden = true;
    camera.textContent = say('offline.camera_start');
  }

  async function look() {
    if(!stream) { return; }
    const found = view.videoWidth ? await readPicture(view, view.videoWidth, view.videoHeight, 60) : null;
    if(found === null || !stream) { setTimeout(look, 150); return; }
    stop();
    picked = null;
    try { took(found); await judge(); } catch(e) { failed(reasonOf(e)); }
  }

  if(navigator.mediaDevices?.getUserMedia) {
    camera.hidden = false;
    camera.addEventListener('click', async () => {
      if(stream) { stop(); return; }
      try {
        stream = await navigator.mediaDevices.getUserMedia({video: {facingMode: 'environment'}});
      } catch { failed(reason('offline.camera_refused')); return; }
      view.srcObject = stream;
      view.hidden = false;
      camera.textContent = say('offline.camera_stop');
      await view.play();
      look();
    });
  }
})();
