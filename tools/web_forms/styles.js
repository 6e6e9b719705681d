// A style element that a script fills is inline style to a strict policy; a sheet that a script makes is not.  This
// looks enough like the element for those who fill it.
class Style extends HTMLElement {
	sheet = new CSSStyleSheet();
	text = "";

	connectedCallback() {
		if (!document.adoptedStyleSheets.includes(this.sheet)) document.adoptedStyleSheets.push(this.sheet);
	}
	disconnectedCallback() {
		document.adoptedStyleSheets = document.adoptedStyleSheets.filter((x) => x !== this.sheet);
	}
	get textContent() {
		return this.text;
	}
	set textContent(text) {
		this.text = text ?? "";
		this.sheet.replaceSync(this.text);
	}
	get innerHTML() {
		return this.text;
	}
	set innerHTML(text) {
		this.textContent = text;
	}
}
customElements.define("safelane-style", Style);

export const safelaneStyle = () => document.createElement("safelane-style");
