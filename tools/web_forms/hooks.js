// Where the page and the form that web-forms shows meet.
const heard = { loaded: () => {}, faulty: () => {}, tile: "" };

export const formLoaded = (form, instance) => heard.loaded(instance.root, form);
export const formFaulty = () => heard.faulty();
export const mapTile = () => heard.tile;
export const hear = (what) => Object.assign(heard, what);
