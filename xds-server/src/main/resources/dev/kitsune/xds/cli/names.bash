
# Completes names that stand in the folder of --dir: what is generated above knows commands and options alone.
function _kitsune_names() {
  local current="${COMP_WORDS[COMP_CWORD]}" at=$((COMP_CWORD - 1)) sort="" dir="" i

  _complete_kitsune
  # Bash takes the equals sign of --env=fix for a word.
  if [[ "${current}" == "=" ]]; then
    current=""
  elif [[ "${COMP_WORDS[at]}" == "=" ]]; then
    at=$((at - 1))
  fi

  case "${COMP_WORDS[at]}" in
    --env | --parent) sort="environments" ;;
    --app) sort="apps" ;;
    --from | --component) sort="components" ;;
    --id) sort="workloads" ;;
    -*) ;;
    *)
      case "${COMP_WORDS[1]}" in
        diff | history | release | rollback)
          [[ "${current}" != -* && "${at}" == $((COMP_CWORD - 1)) && "${COMP_WORDS[COMP_CWORD]}" != "=" ]] && sort="environments" ;;
        env)
          case "${COMP_WORDS[2]}" in
            show | set | delete | use)
              [[ "${current}" != -* && "${at}" == $((COMP_CWORD - 1)) && "${COMP_CWORD}" -gt 2 ]] && sort="environments" ;;
          esac ;;
      esac ;;
  esac
  [[ -n "${sort}" ]] || return 0

  for ((i = 1; i < ${#COMP_WORDS[@]} - 1; i++)); do
    if [[ "${COMP_WORDS[i]}" == "--dir" ]]; then
      dir="${COMP_WORDS[i + 1]}"
      [[ "${dir}" == "=" ]] && dir="${COMP_WORDS[i + 2]}"
    fi
  done
  dir="${dir/#\~/${HOME}}"
  [[ -d "${dir}" ]] || return 0
  COMPREPLY=( $(compgen -W "$("${COMP_WORDS[0]/#\~/${HOME}}" names "${sort}" --dir "${dir}" 2>/dev/null)" -- "${current}") )
}

complete -F _kitsune_names -o default kitsune
