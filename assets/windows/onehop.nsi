; The installer of Onehop for Windows 10 and 11: for one user, without an administrator.
;
;   makensis -DVERSION=0.1.0 -DPROGRAMS=FOLDER -DOUTPUT=FILE assets/windows/onehop.nsi
;
; PROGRAMS is the folder with onehop.exe and onehop-cli.exe, OUTPUT the installer to make; both as
; seen from the project's folder. /S installs without a question: the programs and the Start menu
; entry, and with /SENDTO also the Send-to entry. The firewall is for the window only. The uninstaller
; knows /S too, and with /SETTINGS removes all that Onehop keeps.

; Wine without its 32-bit half runs only a 64-bit installer, and NSIS makes one only on Debian.
!ifdef TARGET
  Target ${TARGET}
!endif
Unicode true

!include MUI2.nsh
!include LogicLib.nsh
!include FileFunc.nsh
!include Sections.nsh

!cd ../..

!define UNINSTALL_KEY "Software\Microsoft\Windows\CurrentVersion\Uninstall\Onehop"
!define NOTIFICATIONS_KEY "Software\Classes\AppUserModelId\io.github.onehop.Onehop"
!define SEND_TO "$SENDTO\Send with Onehop.lnk"
!define START_MENU "$SMPROGRAMS\Onehop.lnk"
!define RULE_NAME "Onehop"

Name "Onehop"
OutFile "${OUTPUT}"
InstallDir "$LOCALAPPDATA\Programs\Onehop"
InstallDirRegKey HKCU "${UNINSTALL_KEY}" "InstallLocation"
RequestExecutionLevel user
SetCompressor /SOLID lzma
ManifestDPIAware true
ManifestSupportedOS Win10
BrandingText "Onehop ${VERSION}"

VIProductVersion "${VERSION}.0"
VIAddVersionKey "ProductName" "Onehop"
VIAddVersionKey "ProductVersion" "${VERSION}"
VIAddVersionKey "FileVersion" "${VERSION}"
VIAddVersionKey "FileDescription" "Installs Onehop"
VIAddVersionKey "LegalCopyright" "MIT OR Apache-2.0"

!define MUI_ICON "assets\windows\onehop.ico"
!define MUI_UNICON "assets\windows\onehop.ico"
!define MUI_ABORTWARNING
!define MUI_FINISHPAGE_RUN "$INSTDIR\onehop.exe"

!insertmacro MUI_PAGE_COMPONENTS
!insertmacro MUI_PAGE_DIRECTORY
!insertmacro MUI_PAGE_INSTFILES
!insertmacro MUI_PAGE_FINISH
!insertmacro MUI_UNPAGE_COMPONENTS
!insertmacro MUI_UNPAGE_INSTFILES
!insertmacro MUI_LANGUAGE "English"

Section "Onehop" SectionPrograms
  SectionIn RO
  SetOutPath "$INSTDIR"
  Call CloseOnehop
  File "${PROGRAMS}\onehop.exe"
  File "${PROGRAMS}\onehop-cli.exe"
  File "/oname=LICENSE.txt" "LICENSE"
  WriteUninstaller "$INSTDIR\uninstall.exe"

  ; Windows shows notifications only of programs whose id it knows: src/desktop/notifications/windows.rs
  WriteRegStr HKCU "${NOTIFICATIONS_KEY}" "DisplayName" "Onehop"
  WriteRegStr HKCU "${UNINSTALL_KEY}" "DisplayName" "Onehop"
  WriteRegStr HKCU "${UNINSTALL_KEY}" "DisplayVersion" "${VERSION}"
  WriteRegStr HKCU "${UNINSTALL_KEY}" "DisplayIcon" "$INSTDIR\onehop.exe"
  WriteRegStr HKCU "${UNINSTALL_KEY}" "Publisher" "The Onehop authors"
  WriteRegStr HKCU "${UNINSTALL_KEY}" "InstallLocation" "$INSTDIR"
  WriteRegStr HKCU "${UNINSTALL_KEY}" "UninstallString" '"$INSTDIR\uninstall.exe"'
  WriteRegStr HKCU "${UNINSTALL_KEY}" "QuietUninstallString" '"$INSTDIR\uninstall.exe" /S'
  WriteRegDWORD HKCU "${UNINSTALL_KEY}" "NoModify" 1
  WriteRegDWORD HKCU "${UNINSTALL_KEY}" "NoRepair" 1
  ${GetSize} "$INSTDIR" "/S=0K" $0 $1 $2
  WriteRegDWORD HKCU "${UNINSTALL_KEY}" "EstimatedSize" $0
SectionEnd

Section "Start menu entry" SectionStartMenu
  CreateShortcut "${START_MENU}" "$INSTDIR\onehop.exe"
SectionEnd

Section /o "“Send with Onehop” in the Send-to menu" SectionSendTo
  CreateShortcut "${SEND_TO}" "$INSTDIR\onehop.exe"
SectionEnd

; The one step that needs an administrator, and so the one that Windows asks about.
Section /o "Allow receiving on private networks" SectionFirewall
  StrCpy $0 "advfirewall firewall"
  ; Any protocol, as Windows itself has it when it asks: transfers are TCP, finding others is UDP.
  StrCpy $1 'add rule name="${RULE_NAME}" dir=in action=allow profile=private enable=yes'
  StrCpy $2 '/c netsh $0 $1 program="$INSTDIR\onehop.exe" & netsh $0 $1 program="$INSTDIR\onehop-cli.exe"'
  ClearErrors
  ExecShell "runas" "$SYSDIR\cmd.exe" $2 SW_HIDE
  ${If} ${Errors}
    DetailPrint "The firewall stays as it is. Windows asks again when Onehop first receives."
  ${Else}
    WriteRegDWORD HKCU "${UNINSTALL_KEY}" "FirewallRule" 1
  ${EndIf}
SectionEnd

Function .onInit
  ${GetParameters} $0
  ClearErrors
  ${GetOptions} $0 "/SENDTO" $1
  ${IfNot} ${Errors}
    !insertmacro SelectSection ${SectionSendTo}
  ${EndIf}
FunctionEnd

; A program that runs cannot be replaced.
Function CloseOnehop
  again:
  ClearErrors
  ${If} ${FileExists} "$INSTDIR\onehop.exe"
    FileOpen $0 "$INSTDIR\onehop.exe" a
    FileClose $0
  ${EndIf}
  ${If} ${Errors}
    MessageBox MB_RETRYCANCEL|MB_ICONEXCLAMATION "Onehop is running. Close it, then try again." /SD IDCANCEL IDRETRY again
    SetErrorLevel 2
    Quit
  ${EndIf}
FunctionEnd

LangString AboutPrograms ${LANG_ENGLISH} "The window, and onehop-cli for the terminal."
LangString AboutStartMenu ${LANG_ENGLISH} "Onehop among the programs of the Start menu."
LangString AboutSendTo ${LANG_ENGLISH} "Right-click a file in Explorer and choose Send to."
LangString AboutFirewall ${LANG_ENGLISH} "Other computers can connect while Onehop receives, on networks that are marked as private. Asks for an administrator."
!insertmacro MUI_FUNCTION_DESCRIPTION_BEGIN
  !insertmacro MUI_DESCRIPTION_TEXT ${SectionPrograms} $(AboutPrograms)
  !insertmacro MUI_DESCRIPTION_TEXT ${SectionStartMenu} $(AboutStartMenu)
  !insertmacro MUI_DESCRIPTION_TEXT ${SectionSendTo} $(AboutSendTo)
  !insertmacro MUI_DESCRIPTION_TEXT ${SectionFirewall} $(AboutFirewall)
!insertmacro MUI_FUNCTION_DESCRIPTION_END

Section "un.Onehop"
  SectionIn RO
  ClearErrors
  ReadRegDWORD $0 HKCU "${UNINSTALL_KEY}" "FirewallRule"
  ${If} $0 = 1
    ExecShell "runas" "$SYSDIR\netsh.exe" 'advfirewall firewall delete rule name="${RULE_NAME}"' SW_HIDE
  ${EndIf}
  Delete "${START_MENU}"
  Delete "${SEND_TO}"
  Delete "$INSTDIR\onehop.exe"
  Delete "$INSTDIR\onehop-cli.exe"
  Delete "$INSTDIR\LICENSE.txt"
  Delete "$INSTDIR\uninstall.exe"
  ; Only if empty: whatever else is there belongs to someone.
  RMDir "$INSTDIR"
  DeleteRegKey HKCU "${NOTIFICATIONS_KEY}"
  DeleteRegKey HKCU "${UNINSTALL_KEY}"
SectionEnd

; The whole folder, which is Onehop's own: src/config.rs. What it is to hold next year goes too.
Section /o "un.Settings, key, remembered computers, history" SectionSettings
  RMDir /r "$APPDATA\onehop"
  ${If} ${FileExists} "$APPDATA\onehop"
    MessageBox MB_ICONEXCLAMATION "Not everything could be removed. What is left is in $APPDATA\onehop." /SD IDOK
    SetErrorLevel 2
  ${EndIf}
SectionEnd

Function un.onInit
  ${GetParameters} $0
  ClearErrors
  ${GetOptions} $0 "/SETTINGS" $1
  ${IfNot} ${Errors}
    !insertmacro SelectSection ${SectionSettings}
  ${EndIf}
FunctionEnd

LangString AboutSettings ${LANG_ENGLISH} "Removes all that Onehop keeps about you: its settings, this computer's key, the computers it remembers, and the history. Received files stay where they are. Without the key, other computers ask for a code again."
!insertmacro MUI_UNFUNCTION_DESCRIPTION_BEGIN
  !insertmacro MUI_DESCRIPTION_TEXT ${SectionSettings} $(AboutSettings)
!insertmacro MUI_UNFUNCTION_DESCRIPTION_END
