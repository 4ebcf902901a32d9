/**
 * Passwords of eight characters and more that everybody tries first: the head of the public lists,
 * and words that are common here. Runs and repeats are found by rule, so they are not listed.
 */
export const COMMON_PASSWORDS: ReadonlySet<string> = new Set(
  `1q2w3e4r 1q2w3e4r5t 1qaz2wsx 1qazxsw2 12341234 12344321 123123123 123321123 123456789a 123456abc
  11223344 1122334455 12121212 10203040 147258369 159357456 741852963 789456123 963852741 987654321
  abcd1234 abc12345 abc123456 a1234567 a12345678 a123456789 aa123456 asdfghjk asdfghjkl asdf1234
  admin123 admin1234 administrator baseball basketball batman123 blink182 butterfly changeme
  changeme123 charlie1 chelsea1 chocolate computer dragon123 everton1 facebook football football1
  freedom1 fuckyou1 google123 hello123 hellohello iloveyou iloveyou1 internet jesus123 jesuschrist
  jennifer jordan23 letmein1 letmein123 liverpool liverpool1 manchester manunited master123
  michael1 michelle monkey123 naruto123 newpass1 nothing1 p@ssw0rd p@ssword pa55word pass1234
  pass12345 passw0rd password password! password0 password01 password1 password11 password12
  password123 password1234 password2 password3 pokemon1 princess princess1 q1w2e3r4 q1w2e3r4t5
  qazwsxedc qwer1234 qwert123 qwerty12 qwerty123 qwerty1234 qwertyui qwertyuiop rangers1 samsung1
  secret123 sunshine sunshine1 superman superman1 starwars test1234 testtest trustno1 welcome1
  welcome123 whatever yourname zaq12wsx zxcvbnm1 zxcvbnm123
  arsenal1 arsenal123 arsenalfc chelseafc gormahia harambee harambee1 harambeestars jambo123
  jambokenya kenya123 kenya1234 kenya254 kenya2024 kenya2025 kenya2026 kenyakenya malipo123
  mpesa123 mpesa1234 mungu123 munguniwema mwangaza nairobi1 nairobi123 nairobi254 nakupenda
  nakupenda1 nenosiri nenosiri1 nenosiri123 safaricom safaricom1 safaricom123 upendo123 yesuniwangu`
    .split(/\s+/)
    .filter((word) => word !== ""),
);
