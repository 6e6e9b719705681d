/* Small XML documents from anywhere, read as a tree by libxml2: no DTD, no entities but the five of XML, nothing
 * loaded, bounded in depth and number of elements.  UTF-8 only, whatever the declaration says. */
#ifndef SL_FORMATS_XML_H
#define SL_FORMATS_XML_H

#include "base/arena.h"
#include "base/str.h"

enum { SL_XML_DEPTH_MAX = 64, SL_XML_NODES_MAX = 100000, SL_XML_ATTRIBUTES_MAX = 64, SL_XML_NAME_MAX = 255 };

struct sl_xml_attribute {
	struct sl_str name, value; /* local name */
	bool spaced;               /* in a namespace: orx:version */
	struct sl_xml_attribute *next;
};

struct sl_xml_node {
	struct sl_str name;  /* local name */
	struct sl_str space; /* namespace; empty: none */
	struct sl_str text;  /* of the element itself, with its blanks; not of what is in it */
	struct sl_xml_attribute *attribute;
	struct sl_xml_node *parent, *child, *last, *next;
};

/* SL_INVALID says what is wrong and in which line.  Everything lives in `a`. */
SL_CHECKED enum sl_code sl_xml_read(struct sl_arena *a, struct sl_str bytes, struct sl_xml_node **root,
                                    struct sl_err *e);
/* Empty when absent.  One without a namespace goes before one that has one. */
struct sl_str sl_xml_attribute(const struct sl_xml_node *n, const char *name);
struct sl_xml_node *sl_xml_child(const struct sl_xml_node *n, const char *name); /* the first; NULL when absent */

#endif
