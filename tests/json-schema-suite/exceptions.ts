/** Tests of the official suite that end otherwise here, by name, with the reason of each list. */
export interface Exceptions {
  readonly reason: string;
  readonly names: readonly string[];
}

/** Groups whose schema is refused when it is loaded: `folder/file: group`. */
export const REFUSED: readonly Exceptions[] = [
  {
    reason: "is not supported",
    names: [
      "draft2020-12/dynamicRef.json: A $dynamicRef to a $dynamicAnchor in the same schema resource behaves like a normal $ref to an $anchor",
      "draft2020-12/dynamicRef.json: A $dynamicRef to an $anchor in the same schema resource behaves like a normal $ref to an $anchor",
      "draft2020-12/dynamicRef.json: A $ref to a $dynamicAnchor in the same schema resource behaves like a normal $ref to an $anchor",
      "draft2020-12/dynamicRef.json: A $dynamicRef resolves to the first $dynamicAnchor still in scope that is encountered when the schema is evaluated",
      "draft2020-12/dynamicRef.json: A $dynamicRef without anchor in fragment behaves identical to $ref",
      "draft2020-12/dynamicRef.json: A $dynamicRef with intermediate scopes that don't include a matching $dynamicAnchor does not affect dynamic scope resolution",
      "draft2020-12/dynamicRef.json: An $anchor with the same name as a $dynamicAnchor is not used for dynamic scope resolution",
      "draft2020-12/dynamicRef.json: A $dynamicRef without a matching $dynamicAnchor in the same schema resource behaves like a normal $ref to $anchor",
      "draft2020-12/dynamicRef.json: A $dynamicRef with a non-matching $dynamicAnchor in the same schema resource behaves like a normal $ref to $anchor",
      "draft2020-12/dynamicRef.json: A $dynamicRef that initially resolves to a schema with a matching $dynamicAnchor resolves to the first $dynamicAnchor in the dynamic scope",
      "draft2020-12/dynamicRef.json: A $dynamicRef that initially resolves to a schema without a matching $dynamicAnchor behaves like a normal $ref to $anchor",
      "draft2020-12/dynamicRef.json: multiple dynamic paths to the $dynamicRef keyword",
      "draft2020-12/dynamicRef.json: after leaving a dynamic scope, it is not used by a $dynamicRef",
      "draft2020-12/dynamicRef.json: strict-tree schema, guards against misspelled properties",
      "draft2020-12/dynamicRef.json: tests for implementation dynamic anchor and reference link",
      "draft2020-12/dynamicRef.json: $ref and $dynamicAnchor are independent of order - $defs first",
      "draft2020-12/dynamicRef.json: $ref and $dynamicAnchor are independent of order - $ref first",
      "draft2020-12/dynamicRef.json: $dynamicRef points to a boolean schema",
      "draft2020-12/dynamicRef.json: $dynamicRef skips over intermediate resources - direct reference",
      "draft2020-12/dynamicRef.json: $dynamicRef avoids the root of each schema, but scopes are still registered",
      "draft2020-12/unevaluatedItems.json: unevaluatedItems with $dynamicRef",
      "draft2020-12/unevaluatedProperties.json: unevaluatedProperties with $dynamicRef",
    ],
  },
  {
    reason: "leads out of this schema",
    names: [
      "draft2020-12/dynamicRef.json: $ref to $dynamicRef finds detached $dynamicAnchor",
      "draft2020-12/refRemote.json: remote ref",
      "draft2020-12/refRemote.json: fragment within remote ref",
      "draft2020-12/refRemote.json: anchor within remote ref",
      "draft2020-12/refRemote.json: ref within remote ref",
      "draft2020-12/refRemote.json: base URI change",
      "draft2020-12/refRemote.json: base URI change - change folder",
      "draft2020-12/refRemote.json: base URI change - change folder in subschema",
      "draft2020-12/refRemote.json: root ref in remote ref",
      "draft2020-12/refRemote.json: remote ref with ref to defs",
      "draft2020-12/refRemote.json: Location-independent identifier in remote ref",
      "draft2020-12/refRemote.json: retrieved nested refs resolve relative to their URI not $id",
      "draft2020-12/refRemote.json: remote HTTP ref with different $id",
      "draft2020-12/refRemote.json: remote HTTP ref with different URN $id",
      "draft2020-12/refRemote.json: remote HTTP ref with nested absolute ref",
      "draft2020-12/refRemote.json: $ref to $ref finds detached $anchor",
    ],
  },
  {
    reason: "leads to a metaschema",
    names: [
      "draft2020-12/defs.json: validate definition against metaschema",
      "draft2020-12/ref.json: remote ref, containing refs itself",
      "draft7/definitions.json: validate definition against metaschema",
      "draft7/ref.json: remote ref, containing refs itself",
    ],
  },
];

/** Tests that are answered otherwise: `folder/file: group: test`. */
export const ANSWERED_OTHERWISE: readonly Exceptions[] = [
  {
    reason: "formats are checked, which draft 2020-12 leaves to the implementation",
    names: [
      "draft2020-12/format.json: email format: invalid email string is only an annotation by default",
      "draft2020-12/format.json: regex format: invalid regex string is only an annotation by default",
      "draft2020-12/format.json: ipv4 format: invalid ipv4 string is only an annotation by default",
      "draft2020-12/format.json: ipv6 format: invalid ipv6 string is only an annotation by default",
      "draft2020-12/format.json: hostname format: invalid hostname string is only an annotation by default",
      "draft2020-12/format.json: date format: invalid date string is only an annotation by default",
      "draft2020-12/format.json: date-time format: invalid date-time string is only an annotation by default",
      "draft2020-12/format.json: time format: invalid time string is only an annotation by default",
      "draft2020-12/format.json: json-pointer format: invalid json-pointer string is only an annotation by default",
      "draft2020-12/format.json: relative-json-pointer format: invalid relative-json-pointer string is only an annotation by default",
      "draft2020-12/format.json: uri format: invalid uri string is only an annotation by default",
      "draft2020-12/format.json: uri-reference format: invalid uri-reference string is only an annotation by default",
      "draft2020-12/format.json: uri-template format: invalid uri-template string is only an annotation by default",
      "draft2020-12/format.json: uuid format: invalid uuid string is only an annotation by default",
      "draft2020-12/format.json: duration format: invalid duration string is only an annotation by default",
    ],
  },
  {
    reason: "vocabularies are not read: the keywords of the draft hold whatever $schema says",
    names: [
      "draft2020-12/vocabulary.json: schema that uses custom metaschema with with no validation vocabulary: no validation: invalid number, but it still validates",
    ],
  },
  {
    reason: "what stands beside $ref holds in draft 7, too, as in every later draft",
    names: [
      "draft7/ref.json: ref overrides any sibling keywords: ref valid, maxItems ignored",
      "draft7/ref.json: $ref prevents a sibling $id from changing the base uri: $ref resolves to /definitions/base_foo, data does not validate",
      "draft7/ref.json: $ref prevents a sibling $id from changing the base uri: $ref resolves to /definitions/base_foo, data validates",
    ],
  },
];
