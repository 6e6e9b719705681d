/* Field devices: accounts that send filled forms, by a passphrase of their own (HTTP Digest, RFC 2617) or by a token.
 * docs/manual/devices.md */
#ifndef SL_APP_DEVICE_H
#define SL_APP_DEVICE_H

#include "app/people.h"
#include "base/md5.h"

/* Part of what is hashed: another realm would shut out every device. */
#define SL_DEVICE_REALM "Safelane"

/* A new device of an organisation, or another passphrase of a device that is there.  SL_CONFLICT: somebody who is no
 * device has the name.  SL_INVALID: a name that Digest cannot carry, no organisation, or a short passphrase. */
SL_CHECKED enum sl_code sl_device_set(struct sl_people *p, const struct sl_actor *by, struct sl_str name,
                                      struct sl_str organisation, struct sl_str passphrase, bool *made,
                                      struct sl_err *e);

/* What a device says of itself in "Authorization: Digest", taken apart. */
struct sl_digest {
	struct sl_str user, realm, nonce, uri, qop, nc, cnonce, response, algorithm;
};
enum sl_device_verdict { SL_DEVICE_REFUSED, SL_DEVICE_WAIT, SL_DEVICE_KNOWN };
/* Is the response right for this method, nonce and address?  Whether the nonce is good is the caller's to know.  Texts
 * of `who` in `a`.  Wrong ones are counted like failed sign-ins: then SL_DEVICE_WAIT, and nothing was tried. */
SL_CHECKED enum sl_code sl_device_check(struct sl_people *p, struct sl_arena *a, const struct sl_digest *d,
                                        const char *method, struct sl_str address, enum sl_device_verdict *verdict,
                                        struct sl_person *who, struct sl_err *e);

/* Settings of ODK Collect for a QR code: JSON, deflated, base64.  Without user name and passphrase the address says
 * who it is (a token). */
SL_CHECKED enum sl_code sl_device_settings(struct sl_arena *a, struct sl_str url, struct sl_str user,
                                           struct sl_str passphrase, struct sl_str project, struct sl_str *out,
                                           struct sl_err *e);
/* The text as a QR code: an SVG document. */
SL_CHECKED enum sl_code sl_qr_svg(struct sl_str text, struct sl_buf *out, struct sl_err *e);
/* The same as a PNG picture. */
SL_CHECKED enum sl_code sl_qr_png(struct sl_str text, struct sl_buf *out, struct sl_err *e);

#endif
