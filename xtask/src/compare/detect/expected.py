"""What the specification expects, as pySigma reads rules: `expected.py RULES EVENTS`, a match a line.

pySigma reads each rule into a tree of conditions; this walks over the tree for each event, one rule
after the other, without any of what makes an engine fast. Rules that pySigma refuses are told with
`refused` instead of a number.
"""
import functools
import ipaddress
import json
import pathlib
import sys

import re2

from sigma.collection import SigmaCollection
from sigma.conditions import (ConditionAND, ConditionFieldEqualsValueExpression, ConditionNOT, ConditionOR,
                              ConditionValueExpression)
from sigma.rule import SigmaRule
from sigma.types import (CompareOperators, SigmaBool, SigmaCasedString, SigmaCIDRExpression, SigmaCompareExpression,
                         SigmaExists, SigmaExpansion, SigmaFieldReference, SigmaNull, SigmaNumber,
                         SigmaRegularExpression, SigmaString, SpecialChars)

LONGEST_KNOWN = 1_000
# Fields whose values seldom come again.
OFTEN_NEW = {"CommandLine", "ScriptBlockText", "Message", "ParentCommandLine", "TargetFilename", "TargetObject", "Payload"}
LETTERS = SigmaRegularExpression.sigma_to_re_flag
# RE2 needs linear time: scripts are long, and others go back and forth in them.
QUIET = re2.Options()
QUIET.log_errors = False


def text_of(value):
    """A value as rules see it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def pattern_of(string):
    if any(not isinstance(part, (str, SpecialChars)) for part in string.s):
        raise ValueError("a placeholder")
    special = {SpecialChars.WILDCARD_MULTI: ".*", SpecialChars.WILDCARD_SINGLE: "."}
    return "".join(re2.escape(part) if isinstance(part, str) else special[part] for part in string.s)


def number_of(text):
    try:
        return float(text)
    except ValueError:
        return None


@functools.lru_cache(maxsize=1_000)
def lower(text):
    return text.lower()


def plain_test(string, is_keyword):
    """A test of a text in lower case, where a value has wildcards at its ends only."""
    parts = list(string.s)
    begins = bool(parts) and parts[0] is SpecialChars.WILDCARD_MULTI
    parts = parts[begins:]
    ends = bool(parts) and parts[-1] is SpecialChars.WILDCARD_MULTI
    parts = parts[:len(parts) - ends]
    if len(parts) != 1 or not isinstance(parts[0], str):
        return None
    wanted = parts[0].lower()
    if begins and ends or is_keyword:
        return lambda text: wanted in lower(text)
    if begins:
        return lambda text: lower(text).endswith(wanted)
    if ends:
        return lambda text: lower(text).startswith(wanted)
    return lambda text: lower(text) == wanted


def test_of(value, is_keyword):
    """A test of a text, for a value of a rule."""
    if type(value) is SigmaString and (test := plain_test(value, is_keyword)):
        return test
    if isinstance(value, SigmaString):
        flags = "s" if isinstance(value, SigmaCasedString) else "is"
        pattern = re2.compile(f"(?{flags})" + pattern_of(value), QUIET)
        return (pattern.search if is_keyword else pattern.fullmatch)
    if isinstance(value, SigmaRegularExpression):
        flags = "".join(LETTERS[flag] for flag in value.flags)
        return re2.compile((f"(?{flags})" if flags else "") + str(value.regexp), QUIET).search
    if isinstance(value, SigmaBool):
        return lambda text: text.lower() == str(value.boolean).lower()
    if type(value) is SigmaNumber:
        wanted = str(value.number)
        return (lambda text: wanted in text) if is_keyword else (lambda text: text == wanted)
    if isinstance(value, SigmaCIDRExpression):
        def within(text):
            try:
                return ipaddress.ip_address(text) in value.network
            except ValueError:
                return False
        return within
    if isinstance(value, SigmaCompareExpression):
        limit = value.number.number
        compare = {
            CompareOperators.LT: lambda number: number < limit, CompareOperators.LTE: lambda number: number <= limit,
            CompareOperators.GT: lambda number: number > limit, CompareOperators.GTE: lambda number: number >= limit,
            CompareOperators.NEQ: lambda number: number != limit,
        }[value.op]
        def compared(text):
            number = number_of(text)
            return number is not None and compare(number)
        return compared
    raise ValueError(f"values of {type(value).__name__}")


class Values:
    """A test of the values of a field; what it said of a value is kept."""

    def __init__(self, field, tests):
        self.field, self.tests, self.known = field, tests, {}

    def without(self, names):
        return self if self.field in names else False

    def holds(self, event):
        for value in event.values[self.field]:
            if value is not None and self.of(value):
                return True
        return False

    def of(self, text):
        known = self.known.get(text)
        if known is None:
            known = any(test(text) for test in self.tests)
            if len(text) <= LONGEST_KNOWN:
                self.known[text] = known
        return known


class Words:
    """Words anywhere in an event."""

    def __init__(self, value):
        self.test = test_of(value, True)
        self.word = None
        if type(value) is SigmaString and len(value.s) == 1 and isinstance(value.s[0], str):
            self.word = value.s[0].lower()

    def without(self, names):
        return self

    def holds(self, event):
        if self.word is not None:
            return self.word in event.text
        return any(self.test(value) for values in event.values.values() for value in values if value is not None)


class Null:
    def __init__(self, field):
        self.field = field

    def without(self, names):
        return self if self.field in names else True

    def holds(self, event):
        return any(value is None for value in event.values[self.field])


class Reference:
    def __init__(self, field, value):
        self.field, self.value = field, value

    def without(self, names):
        return self if self.field in names and self.value.field in names else False

    def holds(self, event):
        def passes(left, right):
            left, right = left.lower(), right.lower()
            if self.value.starts_with and self.value.ends_with:
                return right in left
            if self.value.starts_with:
                return left.startswith(right)
            if self.value.ends_with:
                return left.endswith(right)
            return left == right
        values = [value for value in event.values[self.field] if value is not None]
        others = [value for value in event.values[self.value.field] if value is not None]
        return any(passes(value, other) for value in values for other in others)


class Exists:
    def __init__(self, field, wanted):
        self.field, self.wanted = field, wanted

    def without(self, names):
        return (self.field in names) == self.wanted


class Joined:
    def __init__(self, join, parts):
        self.join, self.parts = join, parts

    def without(self, names):
        decided = self.join is any
        parts = []
        for part in self.parts:
            part = part.without(names)
            if part is decided:
                return decided
            if part is not (not decided):
                parts.append(part)
        if not parts:
            return not decided
        return parts[0] if len(parts) == 1 else Joined(self.join, parts)

    def holds(self, event):
        decided = self.join is any
        for part in self.parts:
            if part.holds(event) is decided:
                return decided
        return not decided


class Not:
    def __init__(self, part):
        self.part = part

    def without(self, names):
        part = self.part.without(names)
        return not part if isinstance(part, bool) else Not(part)

    def holds(self, event):
        return not self.part.holds(event)


def of_value(field, value):
    if isinstance(value, SigmaExpansion):
        return any_of([of_value(field, value) for value in value.values])
    if field is None:
        return Words(value)
    if isinstance(value, SigmaNull):
        return Null(field)
    if isinstance(value, SigmaExists):
        return Exists(field, bool(value))
    if isinstance(value, SigmaFieldReference):
        return Reference(field, value)
    return Values(field, [test_of(value, False)])


def any_of(parts):
    """One of several; tests of the same field are made together."""
    by_field, others = {}, []
    for part in parts:
        if isinstance(part, Values):
            by_field.setdefault(part.field, []).extend(part.tests)
        else:
            others.append(part)
    joined = [Values(field, tests) for field, tests in by_field.items()] + others
    return joined[0] if len(joined) == 1 else Joined(any, joined)


def node(condition):
    if isinstance(condition, ConditionAND):
        return Joined(all, [node(part) for part in condition.args])
    if isinstance(condition, ConditionOR):
        return any_of([node(part) for part in condition.args])
    if isinstance(condition, ConditionNOT):
        return Not(node(condition.args[0]))
    if isinstance(condition, ConditionFieldEqualsValueExpression):
        return of_value(condition.field, condition.value)
    if isinstance(condition, ConditionValueExpression):
        return of_value(None, condition.value)
    raise ValueError(f"conditions of {type(condition).__name__}")


class Event:
    def __init__(self, line):
        self.values = {}
        fields = json.loads(line)
        self.number = fields["xinglin_event"]
        self.add("", fields)
        texts = (value for values in self.values.values() for value in values if value is not None)
        self.text = "\n".join(texts).lower()

    def add(self, name, value):
        if isinstance(value, dict):
            for key, inner in value.items():
                self.add(f"{name}.{key}" if name else key, inner)
        elif isinstance(value, list):
            if not value:
                self.values.setdefault(name, []).append(None)
            for inner in value:
                self.add(name, inner)
        else:
            self.values.setdefault(name, []).append(None if value is None else text_of(value))


def rules_below(folder):
    for path in sorted(pathlib.Path(folder).rglob("*.yml")):
        for rule in SigmaCollection.from_yaml(path.read_text(encoding="utf-8"), collect_errors=True):
            if not isinstance(rule, SigmaRule):
                continue
            try:
                if rule.errors:
                    raise rule.errors[0]
                parts = [node(condition.parsed) for condition in rule.detection.parsed_condition]
                yield str(rule.id), any_of(parts)
            except Exception as error:
                print(f"{rule.id}\trefused\t{str(error).splitlines()[0]}")


def needed(rule):
    """Tests one of which holds wherever the rule matches; none where there are no such."""
    if isinstance(rule, Values):
        return [rule]
    if not isinstance(rule, Joined):
        return None
    found = [needed(part) for part in rule.parts]
    if rule.join is any:
        return None if None in found else [test for tests in found for test in tests]
    found = [tests for tests in found if tests is not None]
    often_new = lambda tests: (sum(test.field in OFTEN_NEW for test in tests), len(tests))
    return min(found, key=often_new, default=None)


class Rules:
    """Rules for events that have fields of these names."""

    def __init__(self, rules, names):
        self.by_field, self.others, self.known = {}, [], {}
        for key, rule, tests in rules:
            # Without all of these fields none of the tests can hold.
            if tests is not None and names.isdisjoint(test.field for test in tests):
                continue
            rule = rule.without(names)
            if rule is False:
                continue
            tests = needed(rule)
            if tests is None:
                self.others.append((key, rule))
            for test in tests or ():
                self.by_field.setdefault(test.field, []).append((test, key, rule))

    def candidates(self, event):
        found = dict(self.others)
        for field, rules in self.by_field.items():
            for value in event.values[field]:
                known = self.known.get((field, value))
                if known is None:
                    known = [(key, rule) for test, key, rule in rules if value is not None and test.of(value)]
                    self.known[field, value] = known
                found.update(known)
        return found.items()


def main():
    rules = [(key, rule, needed(rule)) for key, rule in rules_below(sys.argv[1])]
    by_names = {}
    with open(sys.argv[2], encoding="utf-8") as lines:
        for line in lines:
            event = Event(line)
            names = frozenset(event.values)
            if names not in by_names:
                by_names[names] = Rules(rules, names)
            for key, rule in by_names[names].candidates(event):
                if rule is True or rule.holds(event):
                    print(f"{key}\t{event.number}")


main()
