import ApkArchive
import ApkFormats
import Foundation
import Synchronization
import Testing

@testable import ApkRoot

/// Scripts that are no scripts, or that ask for any time and any memory, are a person's to look at; they cost neither.
struct ScriptLimitTests {
    struct Script: Sendable, CustomTestStringConvertible {
        var name: String
        var bytes: [UInt8]
        var testDescription: String { name }

        init(_ name: String, _ text: String) {
            self.name = name
            bytes = Array(text.utf8)
        }
    }

    private static func nested(_ start: String, _ end: String, _ count: Int, inner: String = "x") -> String {
        String(repeating: start, count: count) + inner + String(repeating: end, count: count)
    }

    private static let malformed =
        ["x=`", "`", "echo \"`", "x=`echo `\"`", "$(", "${", "${a:-", "'", "\"", "(", "{", "if", "case", "case x in"]
        + ["for i in )", "for i in (", "for i in &", "for i in |", "for i in <", "for i in >", "for )", "for i in a"]
        + ["case ) in x) ;; esac", "case x in ) ;; esac", "cat <<< x\nmkdir /y", "f()", "a &&", "a |", "while"]

    private static let deep = [
        ("expansions", nested("${a:-", "}", 3000)), ("quoted expansions", nested("\"${a:-", "}\"", 3000)),
        ("substitutions", nested("$(", ")", 3000)), ("quoted substitutions", nested("\"$(", ")\"", 3000)),
        ("subshells", nested("(", ")", 3000)), ("groups", nested("{ ", "; }", 3000)),
        ("conditions", nested("if x; then ", "; fi", 3000)), ("cases", nested("case x in x) ", ";; esac", 3000)),
        ("loops", nested("for i in 1; do ", "; done", 3000)), ("functions", nested("f()", "", 3000)),
        ("a chain", nested("true && ", "", 100_000)), ("another chain", nested("false || ", "", 100_000)),
        ("conditions of test", "[ " + nested("! ", "", 3000) + " ]"),
        ("parts of test", "[ " + nested("x -a ", "", 3000) + " ]"),
        ("busybox", nested("/bin/busybox ", "", 3000, inner: "true")),
        ("a function that calls itself", "f() { f; }; f"),
        ("a function in its own words", "f() { echo \"${a:-$(f)}\"; }; f"),
    ].map { Script("nested: " + $0, $1) }

    private static let endless = [
        ("doubling", "a=xxxxxxxxxx\n" + String(repeating: "a=$a$a\n", count: 30)),
        ("doubling an output", "a=xxxxxxxxxx\n" + String(repeating: "a=$(echo $a $a)\n", count: 30)),
        ("doubling arguments", "set -- x\n" + String(repeating: "set -- $@ $@\n", count: 30)),
        ("doubling quoted arguments", "set -- x\n" + String(repeating: "set -- \"$@\" \"$@\"\n", count: 30)),
        ("a text again and again", "a=" + nested("x", "", 60_000) + "\n" + nested("echo $a\n", "", 3000)),
        ("loops in loops", nested("for i in 1 2 3 4 5 6 7 8 9; do ", "; done", 40, inner: "true")),
        ("beginnings", "a=" + nested("x", "", 60_000) + "\nb=${a%%*y*y*y*y}"),
        ("many names", "a='" + nested("x ", "", 20_000) + "'\n" + nested("echo $a\n", "", 1000)),
        ("too long", String(repeating: "#", count: 300_000)),
    ].map { Script("endless: " + $0, $1) }

    @Test(arguments: malformed.map { Script($0, $0) } + deep + endless)
    func needsYou(_ script: Script) throws {
        let plan = try plan(script: Array("mkdir /made\n".utf8) + script.bytes)
        #expect(plan.scripts.map(\.outcome) == [.needsYou])
        #expect(plan.node("made") == nil)
    }

    /// What is no text, or would be another one to a shell.
    @Test(
        arguments: [[0], [0x61, 0, 0x62], Array("mkdir /".utf8) + [0xff], Array("mkdir /\\".utf8) + [0xc3]] as [[UInt8]]
    )
    func bytesThatAreNoTextNeedYou(_ bytes: [UInt8]) throws {
        #expect(try plan(script: bytes).scripts.map(\.outcome) == [.needsYou])
    }

    /// The parser and what follows the tree call themselves; this is the smallest stack on which a run may be.
    @Test func nestingFitsOnASmallStack() throws {
        let scripts =
            Self.deep + [Script("", Self.nested("${a:-", "}", 49)), Script("", Self.nested("$(", ")", 24))]
        let failure = Mutex<String?>(nil)
        let done = DispatchSemaphore(value: 0)
        let thread = Thread {
            for script in scripts {
                do { _ = try plan(script: script.bytes) } catch { failure.withLock { $0 = "\(error)" } }
            }
            done.signal()
        }
        // Without optimisation, and more so under a sanitizer, each level takes several times as much.
        #if DEBUG
            thread.stackSize = 8 << 20
        #else
            thread.stackSize = 1 << 20
        #endif
        thread.start()
        done.wait()
        #expect(failure.withLock { $0 } == nil)
    }

    /// What people write is far from any limit.
    @Test(arguments: [
        "for a in 1 2 3; do for b in 4 5 6; do if [ $a = 2 ]; then case $b in 4|5) mkdir /made;; esac; fi; done; done",
        "f() { g \"$1\"; }; g() { mkdir \"/$(basename \"${1:-x}\")\"; }; f usr/made; set -- made; shift; exit 0",
        "a=one:two; mkdir -p \"/${a%%:*}/${a##*:}\" /made; [ \"é\" = \"é\" ] || exit 1",
        "x=`dirname /made/x`; mkdir $x; return_value=$?; exit $return_value",
        "#!/bin/busybox ash\nmkdir /made", "#! /bin/sh -eu\nset +e\nfalse\nmkdir /made",
        "#!/usr/bin/env sh\nmkdir /made",
        "set -e; if false; then :; fi; ! true; false || :; false && :; f() { false; mkdir /made; }; f || :",
        "set -eux -- made; mkdir /$1", "set -u; mkdir /made${x:-} \"$@\"", "x=$(exit 3); [ $? = 3 ] && mkdir /made",
        "x=made; y=$(x=other; set -e -- a; echo $x); [ $y = other ] && [ $1 != a ] && mkdir /$x; false; :",
        "f() { local x; [ -z \"$x\" ] || exit 1; local y=2; x=3; y=4; z=5; }; x=1; f; [ \"$x$y$z\" = 15 ] && mkdir /made",
        "X=1 true; [ -z \"$X\" ] && X=2 : && [ $X = 2 ] && f() { [ $X = 3 ]; } && X=3 f && [ $X = 2 ] && mkdir /made",
        "X=1 mkdir /made$X", "readonly X=made; mkdir /$X", "[ \"${0##*.}\" = post-install ] && mkdir /made",
        "[ $0 = lib/apk/exec/u-1-r0.post-install ] && mkdir /made", "case $PATH in *:/bin) mkdir ${PWD}made;; esac",
        "[ -n \"$IFS\" ] && PATH=$PATH && mkdir /made", "exec 2>&1; exec >/dev/null; mkdir /made",
        "x=$(echo -n ma; echo -ne de); mkdir /$x",
        "[ $(dirname made//b/) = made ] && [ -z \"$(basename '')\" ] && mkdir /made",
        "[ $(command -v cd) = cd ] && ! command -v apk && mkdir /made", "/nope/mkdir /x || mkdir /made",
        "apk version -t 1 2; [ $? = 127 ] && mkdir /made", "[ -f /usr/u/ ] || [ -L /usr/u/ ] || mkdir /made",
        "mkdir /usr /made || [ -d /made ]", "chmod 755 /nope /usr/u || mkdir /made", "mkdir -p /usr/u || mkdir /made",
        "ln -s a /nope/x || [ -e /nope ] || mkdir /made", "cd /; for i in .*; do mkdir -p /x$i; done; mkdir /made",
        String(repeating: "mkdir -p /made/a /made/b/c; [ -d /made ] || exit 1; chmod 755 /usr/u\n", count: 500),
    ])
    func understood(_ script: String) throws {
        let plan = try plan(script: script)
        #expect(plan.scripts.map(\.outcome) == [.emulated], "\(plan.scripts)")
        #expect(plan.node("made")?.kind == .directory)
    }

    /// Commands that would be done in another way than a shell does them.
    @Test(arguments: [
        "umask 077\nmkdir /made", "IFS=:\nmkdir /made", "mkdir /made\nexit 256", "mkdir /made\nexit x",
        "f() { return -1; }; for i in 1 2; do f; mkdir /made; done", "for i in 1 2; do break 2; done; mkdir /made",
        "set made; mkdir /$1", "shift; shift; mkdir /made", "mkdir -m 17777 /made", "mkdir -m +755 /made",
        "mkdir /made; chmod +7 /made",
        "mkdir /made; chown 4294967295 /usr/u", "mkdir /made; chown +5 /usr/u",
        "mkdir /made; adduser -S -u 4294967295 x", "mkdir /made; adduser -D -h a:b x", "mkdir /made; adduser x",
        "mkdir /made; adduser -D -h / x", "mkdir /made; adduser -D -h /dev/null x",
        "mkdir -p /home /etc/skel /made; adduser -D x",
        "mkdir /made; addgroup -g 99999999999999999999 x", "mkdir /made; echo x >&file", "mkdir /${a:-made more}",
        "mkdir /made; [ 99999999999999999999 -gt 1 ]", "x=$(echo -e 'a\\nb'); mkdir /made",
        "mkdir `echo \\`x\\`` /made", "#!/usr/bin/lua\nmkdir /made", "#!/bin/sh -n\nmkdir /made",
        "#!/bin/sh\r\nmkdir /made",
        "#!/bin/busybox sh -e\nmkdir /made", "#!\nmkdir /made", "#!/bin/sh -e\nmkdir /made\nfalse",
        "set -f; mkdir /made",
        "set -e; mkdir /made; f() { false; }; f; :", "set -e; mkdir /made; x=$(false); :",
        "mkdir /made; false", "mkdir /made; [ -e /nope ] && mkdir /x", "mkdir /made; exec >/log",
        "exec >/log; mkdir /made", "mkdir /made; local x=1", "readonly X=1; X=2; mkdir /made",
        "PATH=/nope; mkdir /made",
        "unset PATH; mkdir /made", "PATH=/nope mkdir /made", "mkdir /made$APK_SCRIPT", "mkdir /made${APK_PACKAGE:-}",
        "mkdir /made; echo $OPTIND", "mkdir /made; [ -e /proc/self ]; :", "mkdir /made; [ -e /dev/null ]; :",
        "set -u; mkdir /made$x", "set -u; mkdir /made${x#y}", "set -o errexit; mkdir /made",
    ])
    func notUnderstood(_ script: String) throws {
        let plan = try plan(script: script)
        #expect(plan.scripts.map(\.outcome) == [.needsYou], "\(plan.scripts)")
        #expect(plan.node("made") == nil)
    }
}
