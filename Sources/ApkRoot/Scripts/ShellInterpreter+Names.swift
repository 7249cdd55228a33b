// MARK: - What a shell knows by itself

extension ShellInterpreter {
    /// The variables that apk or the shell sets for every script.
    static let environment = ["PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "PWD": "/", "IFS": " \t\n"]

    /// Variables that have other values each time, or with other versions of apk and the shell.
    static let unknownVariables: Set<String> = [
        "APK_PACKAGE", "APK_SCRIPT", "EPOCHREALTIME", "EPOCHSECONDS", "FUNCNAME", "HOSTNAME", "LINENO", "OPTARG",
        "OPTIND", "PPID", "PS1", "PS2", "PS4", "RANDOM", "SECONDS", "SHLVL", "UID", "_",
    ]

    /// Commands for which a value in front of them stays.
    static let specialCommands: Set<String> = [
        ":", ".", "break", "continue", "eval", "exec", "exit", "export", "readonly", "return", "set", "shift", "times",
        "trap", "unset",
    ]

    /// Commands that are no programs, or that the shell takes for its own before it looks for one.
    static let ownCommands: Set<String> = specialCommands.union([
        "[", "[[", "alias", "bg", "cd", "chdir", "command", "echo", "false", "fg", "getopts", "hash", "help", "history",
        "jobs", "kill", "let", "local", "printf", "pwd", "read", "source", "test", "true", "type", "ulimit", "umask",
        "unalias", "wait",
    ])
}
