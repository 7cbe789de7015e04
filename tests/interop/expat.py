"""Expat, the XML parser behind Python's, for the tests beside this file.

    expat.py read FILE…     a JSON document a line for each: [[tag, text, {attribute: value}], …] of what lies directly
                            below the root, or null where the file is not well-formed
    expat.py write FILE     the same document, one a line in FILE, as files: each a line of hexadecimal octets for every
                            way that Python writes it
"""

import json
import sys
import xml.etree.ElementTree as tree
from xml.dom import minidom


def read(path):
    try:
        root = tree.parse(path).getroot()
    except (tree.ParseError, LookupError, ValueError):
        return None
    return [[child.tag, child.text or "", child.attrib] for child in root]


def write(rows):
    root = tree.Element("flat-profile")
    for tag, text, attributes in rows:
        tree.SubElement(root, tag, attributes).text = text
    wrapped = tree.Element("device")
    wrapped.append(root)
    yield tree.tostring(root, encoding="utf-8", short_empty_elements=False)
    yield tree.tostring(root, encoding="us-ascii", xml_declaration=True, short_empty_elements=False)
    yield tree.tostring(wrapped, encoding="utf-8", xml_declaration=True, short_empty_elements=False)
    document = minidom.Document()
    root = document.createElement("flat-profile")
    document.appendChild(root)
    for tag, text, attributes in rows:
        element = document.createElement(tag)
        for name, value in attributes.items():
            element.setAttribute(name, value)
        if text and "]]>" not in text:
            element.appendChild(document.createCDATASection(text))
        else:
            element.appendChild(document.createTextNode(text))
        root.appendChild(element)
    yield document.toxml(encoding="utf-8")


def main():
    if sys.argv[1] == "read":
        for path in sys.argv[2:]:
            print(json.dumps(read(path)))
    else:
        for line in open(sys.argv[2]):
            print(" ".join(text.hex() for text in write(json.loads(line))))


main()
