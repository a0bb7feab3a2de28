"""The local web page on which a person reviews photos; the only room that opens a socket."""
