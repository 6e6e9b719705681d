// The words of the settings: in a catalogue of their own, so that no other page carries them.
import { language, more } from "../text.js";

more((await import(`./text/${language}.js`)).default);
