'use strict';
// The sentences of this page by id, in its language: a text, or its plural forms.
let sentences = {}, language = 'en-US';

function speak(given, tag) { sentences = given; language = tag; }

// say writes a sentence with its arguments in their places; the one that is called
// count chooses the form. An id without a sentence is given back.
function say(id, args = {}) {
  const said = Object.hasOwn(sentences, id) ? sentences[id] : id;
  const form = typeof said === 'string' ? said : said[new Intl.PluralRules(language).select(args.count)] ?? said.other;
  return form.replace(/\{\{\.(\w+)\}\}/g, (_, name) => written(args[name]));
}

// written is an argument as people write it: a number with its separators, a day
// such as 2026-11-28 by the calendar, a reason as its sentence.
function written(value) {
  if(typeof value === 'number') { return new Intl.NumberFormat(language).format(value); }
  if(typeof value?.id === 'string') { return say(value.id, value.args); }
  const day = /^\d{4}-\d\d-\d\d$/.test(value) ? Date.parse(value) : NaN;
  if(!Number.isNaN(day)) { return new Intl.DateTimeFormat(language, {dateStyle: 'medium', timeZone: 'UTC'}).format(day); }
  return String(value ?? '');
}

const lasting = minutes => minutes % 60 ?
  say('offline.hours_minutes', {hours: Math.floor(minutes / 60), minutes: minutes % 60}) : say('offline.hours', {hours: minutes / 60});

// A reason is the id of a sentence and its arguments: it can be compared, and
// written in any language.
const reason = (id, args = {}) => ({id, args});

class Refusal extends Error {
  constructor(id, args) {
    super(id);
    this.reason = reason(id, args);
  }
}
class NotValid extends Refusal {}
class CouldNotCheck extends Refusal {}
const no = (id, args) => { throw new NotValid(id, args); };
const unknown = (id, args) => { throw new CouldNotCheck(id, args); };
const reasonOf = e => e.reason ?? reason('reason.unexpected', {error: String(e.message)});
