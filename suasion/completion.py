"""What a shell needs to complete the command: scripts made from its parser."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from typing import Final

SHELLS: Final = ("bash", "zsh", "fish")

_BASH: Final = """_suasion() {{
    local word=${{COMP_WORDS[COMP_CWORD]}} command=${{COMP_WORDS[1]}} words=""
    if [ "$COMP_CWORD" -eq 1 ]; then
        words="{commands}"
    else
        case "$command" in
{cases}
        esac
        case "$word" in
            -*) ;;
            *) words="$words $(compgen -f -- "$word")" ;;
        esac
    fi
    COMPREPLY=($(compgen -W "$words" -- "$word"))
}}
complete -o filenames -F _suasion suasion
"""


def script(shell: str, parser: argparse.ArgumentParser, names: Mapping[str, list[str]]) -> str:
    """The completion script of a shell.

    Parameters
    ----------
    shell : {"bash", "zsh", "fish"}
    parser : ArgumentParser
        The command's, with one subparser a command.
    names : mapping
        What may stand behind each command besides files and options.
    """
    commands = subcommands(parser)
    options = {name: _options(one) for name, one in commands.items()}
    if shell == "fish":
        lines = ["complete -c suasion -n __fish_use_subcommand -f"]
        for name, words in options.items():
            further = " ".join([*words, *names.get(name, [])])
            lines.append(f"complete -c suasion -n __fish_use_subcommand -a {name}")
            lines.append(f"complete -c suasion -n '__fish_seen_subcommand_from {name}' -a '{further}'")
        return "\n".join(lines) + "\n"
    cases = "\n".join(
        f'            {name}) words="{" ".join([*options[name], *names.get(name, [])])}" ;;' for name in commands
    )
    made = _BASH.format(commands=" ".join(commands), cases=cases)
    return f"autoload -U +X bashcompinit && bashcompinit\n{made}" if shell == "zsh" else made


def subcommands(parser: argparse.ArgumentParser) -> Mapping[str, argparse.ArgumentParser]:
    """The parsers of a parser's commands, by name."""
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            found: Mapping[str, argparse.ArgumentParser] = action.choices
            return found
    return {}


def _options(parser: argparse.ArgumentParser) -> list[str]:
    return [name for action in parser._actions for name in action.option_strings]
